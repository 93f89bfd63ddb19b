namespace McpRollout.Web.Html;

/// <summary>The looks of what fits a first screen, and of the bar that stays there.</summary>
internal static class GlanceStyle
{
    public const string Text =
        """
        .glance > div { display: grid; grid-template-columns: 6.6rem minmax(0, 1fr); gap: .6rem; padding: .3rem 0; border-top: 1px solid var(--line); }
        .glance dt { color: var(--soft); font-size: .875rem; line-height: 1.7; }
        .glance .said { color: var(--soft); font-family: var(--mono); font-size: .8125rem; line-height: 1.35; }
        .glance a { display: inline-flex; flex-wrap: wrap; gap: 0 .3em; align-items: center; min-height: 2.75rem; margin: -.55rem 0; }
        .clamp { display: -webkit-box; overflow: hidden; -webkit-box-orient: vertical; -webkit-line-clamp: 2; line-clamp: 2; }
        .badge { display: flex; gap: .4rem; align-items: center; margin: .2rem 0; color: var(--bad); font-weight: 650; }
        .progress { display: grid; gap: .3rem; margin: .8rem 0; max-width: 30rem; }
        progress { width: 100%; height: .8rem; accent-color: var(--good); }
        .next { margin-top: .6rem; }
        @media (max-width: 59.99rem) {
          html { scroll-padding-bottom: 6rem; }
          h1:not(.plain), .deciding .match { margin-top: .5rem; }
          .verb, .far { font-size: .9375rem; }
          .workload { margin-top: 0; font-size: 1.5rem; }
          .revisions { margin-top: .1rem; font-size: 1.2rem; }
          .cluster { margin-top: .1rem; }
          .cluster .server { display: block; }
          .banner { margin-top: .5rem; padding: .4rem .7rem; }
          .banner p:not(.standing) { font-size: .9375rem; line-height: 1.3; }
          .glance > div { grid-template-columns: 5rem minmax(0, 1fr); }
          .match { display: flex; flex-wrap: wrap; gap: 0 .8rem; align-items: baseline; }
          .match .code { font-size: 1.6rem; }
          .deciding .bar {
            position: fixed; z-index: 1; inset: auto 0 0; grid-template-columns: 1fr 1fr; gap: .6rem; padding: .6rem 1rem calc(.6rem + env(safe-area-inset-bottom));
            border-top: 1px solid var(--line); background: var(--ground);
          }
          .bar button { justify-content: center; margin: 0; }
          .bar .long { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
          body:has(.bar) main { padding-bottom: 7rem; }
        }

        """;
}
