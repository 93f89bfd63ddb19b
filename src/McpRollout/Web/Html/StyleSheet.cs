using System.Security.Cryptography;

namespace McpRollout.Web.Html;

/// <summary>
/// The page's looks: system fonts, light and dark, from 360 pixels on, and on paper. In code, so that no build can leave it out.
/// </summary>
internal static class StyleSheet
{
    public const string Text =
        """
        :root {
          color-scheme: light dark;
          --ground: #f5f5f2; --paper: #ffffff; --ink: #14171c; --soft: #565d68; --line: #dcdcd6; --field: #84898f; --link: #0b4fb3;
          --quiet: #565d68; --quiet-ground: #ececea;
          --attention: #7a4b00; --attention-ground: #fff3d3;
          --busy: #0b4fb3; --busy-ground: #e4eefc;
          --good: #14602c; --good-ground: #e0f3e4;
          --bad: #a31616; --bad-ground: #fde6e4;
          --approve: #14602c; --approve-ink: #ffffff;
          --mono: ui-monospace, "SF Mono", "Cascadia Mono", "Segoe UI Mono", "Roboto Mono", "Liberation Mono", "DejaVu Sans Mono", monospace;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #101214; --paper: #191c1f; --ink: #eceae6; --soft: #a5abb3; --line: #31353a; --field: #767c84; --link: #8ab8ff;
            --quiet: #a5abb3; --quiet-ground: #24282c;
            --attention: #f3c15d; --attention-ground: #33270c;
            --busy: #8ab8ff; --busy-ground: #14263f;
            --good: #7fd394; --good-ground: #12301b;
            --bad: #ff9d92; --bad-ground: #3d1714;
            --approve: #7fd394; --approve-ink: #08210f;
          }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body {
          margin: 0; background: var(--ground); color: var(--ink);
          font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
          overflow-wrap: anywhere;
        }
        .top, main { max-width: 70rem; margin: 0 auto; padding: 0 1rem; }
        .top { padding-top: .4rem; font-size: .875rem; }
        .top { display: flex; flex-wrap: wrap; gap: 0 1.5rem; align-items: center; }
        .top a { color: var(--soft); }
        .sign-out { display: flex; gap: .8rem; align-items: center; margin-left: auto; color: var(--soft); }
        .top a, .sign-out button { display: inline-flex; align-items: center; min-height: 2.75rem; }
        .sign-out button { margin: 0; padding: 0; border: 0; background: none; color: var(--link); font-weight: 400; text-decoration: underline; text-underline-offset: .2em; }
        main { padding-bottom: 3rem; overflow-anchor: none; }
        a { color: var(--link); text-underline-offset: .2em; }
        p, ul, ol, dl, dd, h1, h2, figure, blockquote { margin: 0; padding: 0; }
        code, .code { font-family: var(--mono); font-size: .9em; }
        :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
        .icon { width: 1.25rem; height: 1.25rem; flex: none; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
        .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        .aside, .when, .detail { color: var(--soft); font-size: .875rem; font-weight: 400; }

        h1 { margin-top: 1.4rem; font-size: 1rem; font-weight: 400; line-height: 1.15; }
        h1.plain { font-size: 1.9rem; font-weight: 650; letter-spacing: -.015em; }
        h1 > span { display: block; }
        .verb { color: var(--soft); font-size: 1.0625rem; }
        .workload { margin-top: .25rem; font-size: clamp(1.8rem, 6.2vw, 2.9rem); font-weight: 700; letter-spacing: -.02em; }
        .namespace { color: var(--soft); font-weight: 500; }
        .slash { padding: 0 .08em; }
        .revisions { margin-top: .3rem; font-size: clamp(1.45rem, 5vw, 2.1rem); font-variant-numeric: tabular-nums; letter-spacing: -.01em; }
        .revisions b { font-weight: 700; }
        .far { color: var(--soft); font-size: 1rem; letter-spacing: 0; }
        .cluster { margin-top: .55rem; line-height: 1.3; }
        .cluster b { font-size: 1.25rem; }
        .on { color: var(--ink); font-weight: 650; }
        .mark { padding: .05rem .45rem; border-radius: 3px; background: var(--bad-ground); color: var(--bad); font-size: .875rem; font-weight: 650; white-space: nowrap; }
        .server { color: var(--soft); font-family: var(--mono); font-size: .8125rem; }

        .banner { display: flex; gap: .75rem; align-items: flex-start; margin-top: 1.1rem; padding: .85rem 1rem; border-left: 4px solid currentColor; border-radius: 4px; }
        .banner > .icon { margin-top: .15rem; }
        .banner > div { flex: 1; }
        .banner p:not(.standing) { color: var(--ink); }
        .standing + p { margin-top: .15rem; }
        .standing { font-size: 1.0625rem; font-weight: 650; }
        .quiet { color: var(--quiet); } .attention { color: var(--attention); } .busy { color: var(--busy); } .good { color: var(--good); } .bad { color: var(--bad); }
        .banner.quiet { background: var(--quiet-ground); } .banner.attention { background: var(--attention-ground); } .banner.busy { background: var(--busy-ground); }
        .banner.good { background: var(--good-ground); } .banner.bad { background: var(--bad-ground); }

        section { margin-top: 1.9rem; }
        h2 { margin-bottom: .6rem; font-size: 1.0625rem; font-weight: 650; }
        ul { list-style: none; }
        .problems li, .course li { display: flex; gap: .65rem; padding: .55rem 0; border-top: 1px solid var(--line); }
        .findings li { border-top: 1px solid var(--line); }
        .findings summary { color: inherit; }
        .findings summary span { color: var(--ink); }
        .findings details > p { color: var(--ink); padding: 0 0 .7rem 1.9rem; }
        .problems .icon, .course li > .icon { margin-top: .14rem; }
        .course p, .problems p { color: var(--ink); }
        .findings .bad b { color: var(--bad); } .findings .attention b { color: var(--attention); }
        .finding-code { color: var(--soft); font-size: .75rem; white-space: nowrap; }
        .problems .icon { color: var(--attention); }
        .problems .said { color: var(--soft); font-family: var(--mono); font-size: .8125rem; }
        .course { list-style: none; }
        .course li > div { flex: 1; min-width: 0; }
        .pods { margin-top: .5rem; }
        .pods li { display: block; padding: .25rem 0; border: 0; font-size: .875rem; }
        .course .quote { margin-top: .5rem; }

        .changes { border: 1px solid var(--line); border-radius: 6px; background: var(--paper); font-family: var(--mono); font-size: .875rem; }
        .changes li { padding: .5rem .8rem; }
        .changes li + li { border-top: 1px solid var(--line); }
        .changes + .aside, .changes + details + .aside, section > details { margin-top: .6rem; }
        .diff { max-height: 70vh; overflow-y: auto; border: 1px solid var(--line); border-radius: 6px; background: var(--paper); padding: .4rem 0; }
        .diff p { display: flex; padding: 0 .8rem; font-family: var(--mono); font-size: .8125rem; line-height: 1.5; }
        .diff .line { flex: 1; min-width: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
        .diff p > span:first-child { width: 1.2em; flex: none; }
        .diff .gone { background: var(--bad-ground); color: var(--bad); }
        .diff .come { background: var(--good-ground); color: var(--good); }
        .diff .gap { color: var(--soft); font-style: italic; }
        summary { display: flex; gap: .65rem; align-items: center; min-height: 2.75rem; padding: .35rem 0; color: var(--link); cursor: pointer; }
        summary::marker, summary::-webkit-details-marker { display: none; }
        summary::after { content: ""; flex: none; width: .5rem; height: .5rem; margin-left: auto; margin-right: .4rem; border: solid currentColor; border-width: 0 2px 2px 0; transform: rotate(45deg); }
        details[open] > summary::after { transform: rotate(-135deg); }
        .steps { padding-left: 1.4rem; }
        .steps li { padding: .15rem 0 .15rem .25rem; }
        .steps li::marker { color: var(--soft); font-variant-numeric: tabular-nums; }

        .verdict { display: flex; gap: .6rem; }
        .verdict .icon { margin-top: .14rem; }
        .verdict span { color: var(--ink); }
        .counts { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: .5rem; max-width: 30rem; margin: .8rem 0; }
        .counts div { display: flex; flex-direction: column-reverse; }
        .counts dt { color: var(--soft); font-size: .8125rem; }
        .counts dd { font-size: 1.5rem; font-weight: 650; line-height: 1.2; font-variant-numeric: tabular-nums; }
        .counts .short dd { color: var(--bad); }
        .problems + .aside { margin-top: .5rem; }

        h3 { margin: .8rem 0 .2rem; font-size: 1rem; font-weight: 650; }
        .known { padding-left: 1.1rem; list-style: disc; }
        .known li { padding: .1rem 0; }
        .known li::marker { color: var(--soft); }

        .quote { padding: .75rem 1rem; border: 1px dashed var(--field); border-radius: 6px; }
        .quote figcaption { margin-bottom: .3rem; color: var(--soft); font-size: .8125rem; font-weight: 650; }
        .quote blockquote { font-family: ui-serif, Georgia, "Liberation Serif", serif; font-size: 1.0625rem; }
        .quote p + p { margin-top: .4rem; }
        .facts-list { margin-top: .8rem; }
        .facts-list div { display: grid; grid-template-columns: 8.5rem minmax(0, 1fr); gap: .5rem; padding: .15rem 0; }
        .facts-list dt, footer dt { color: var(--soft); }

        .match { text-align: left; }
        .match .code { font-size: 2.1rem; font-weight: 700; line-height: 1.2; letter-spacing: .06em; white-space: nowrap; }
        .match h2 { margin-bottom: 0; }
        form { display: grid; }
        label { margin-bottom: .25rem; font-weight: 600; }
        input, textarea {
          width: 100%; margin-bottom: .85rem; padding: .6rem .7rem; border: 1px solid var(--field); border-radius: 5px;
          background: var(--paper); color: var(--ink); font: inherit;
        }
        .bar { display: grid; }
        .choice { display: flex; align-items: center; min-height: 2.75rem; gap: .6rem; margin-bottom: .85rem; font-weight: 400; font-size: .875rem; }
        .choice input { flex: none; width: 1.5rem; height: 1.5rem; margin: 0; }
        textarea { resize: vertical; min-height: 3.6rem; }
        button, .button {
          display: flex; gap: .6rem; align-items: center; min-height: 3rem; margin-bottom: .6rem; padding: .6rem .9rem; border: 2px solid transparent;
          border-radius: 5px; font: inherit; font-weight: 650; line-height: 1.25; text-align: left; cursor: pointer;
        }
        button[hidden] { display: none; }
        .approve { background: var(--approve); color: var(--approve-ink); }
        .deny { border-color: var(--bad); background: transparent; color: var(--bad); }
        .button { color: var(--ground); text-decoration: none; }
        .neutral, .button { background: var(--ink); color: var(--ground); }
        .sign-in { max-width: 26rem; }
        .sign-in p + p { margin-top: .4rem; }
        .sign-in form { margin-top: 1.2rem; }
        .sign-in details { margin-top: 1.6rem; }
        button:hover, .button:hover { filter: brightness(1.12); }
        .refusal { display: flex; gap: .65rem; margin: 1rem 0; padding: .75rem .85rem; border-radius: 5px; background: var(--bad-ground); color: var(--bad); }
        .refusal p { color: var(--ink); }
        .refusal p b { color: var(--bad); }

        footer { margin-top: 2.5rem; padding-top: .8rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .8125rem; }
        footer div { display: grid; grid-template-columns: 6rem minmax(0, 1fr); }

        .inbox li { border-top: 1px solid var(--line); }
        .inbox a { display: grid; grid-template-columns: 8.5rem minmax(0, 1fr) auto 8.5rem; gap: .2rem 1.5rem; align-items: start; padding: .7rem .4rem; color: var(--ink); text-decoration: none; }
        .inbox a:hover { background: var(--quiet-ground); }
        .state { display: flex; gap: .4rem; align-items: center; font-weight: 650; }
        .quiet .state { color: var(--quiet); } .attention .state { color: var(--attention); } .busy .state { color: var(--busy); } .good .state { color: var(--good); } .bad .state { color: var(--bad); }
        .from-to { font-variant-numeric: tabular-nums; white-space: nowrap; }
        .inbox a > span > span, .inbox a > span > b { display: block; }
        .inbox a > span > .clamp { display: -webkit-box; }
        .inbox a > span > .badge { display: flex; }
        .inbox .when { color: var(--ink); font-size: 1rem; text-align: right; }
        .inbox .when b { font-weight: 600; }
        .nothing { max-width: 38rem; margin-top: 1rem; }
        .nothing p + p { margin-top: .7rem; }

        .first #glance { margin-top: .9rem; }
        button:disabled { opacity: .6; cursor: not-allowed; }

        @media (min-width: 60rem) {
          .top, main { padding-left: 2rem; padding-right: 2rem; }
          .columns { display: grid; grid-template-columns: minmax(0, 1fr) 22rem; gap: 0 3.5rem; align-items: start; }
          .first, .facts { grid-column: 1; }
          .deciding { grid-column: 2; grid-row: 1 / span 3; position: sticky; top: 1rem; max-height: calc(100vh - 2rem); overflow-y: auto; margin-top: 1.4rem; padding: 1.1rem 1.3rem 1rem; border: 1px solid var(--line); border-radius: 8px; background: var(--paper); }
          .deciding section:first-child { margin-top: 0; }
          .deciding section + section { margin-top: 1.2rem; padding-top: 1.1rem; border-top: 1px solid var(--line); }
        }
        @media (max-width: 45rem) {
          .inbox a { grid-template-columns: minmax(0, 1fr) auto; }
          .inbox .subject { grid-column: 1 / -1; grid-row: 2; }
          .inbox .when { grid-column: 1 / -1; text-align: left; }
          .inbox .when b, .inbox .when .detail { display: inline; }
          .matching .detail { display: none; }
        }
        @media print {
          :root { --ground: #fff; --paper: #fff; --ink: #000; --soft: #444; --line: #bbb; }
          form, .top, .bar { display: none; }
          .columns { display: block; }
          .deciding { position: static; max-height: none; border: 0; padding: 0; }
          section, li, .banner { break-inside: avoid; }
          details::details-content { content-visibility: visible; }
        }

        """ + GlanceStyle.Text;

    public static readonly string Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)))[..16];

    public static readonly string Href = $"/style.css?v={Hash}";

    public static readonly string ETag = $"\"{Hash}\"";
}
