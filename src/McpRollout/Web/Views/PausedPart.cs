namespace McpRollout.Web.Views;

/// <summary>The owners that undos paused, until somebody resumes them.</summary>
internal static class PausedPart
{
    /// <summary>All of them, for the inbox.</summary>
    public static Markup Render(PausedOwnersSeen seen, PageClock clock) => Markup.If(
        seen.Paused.Count > 0 || seen.NotLookedAt > 0,
        $"""
        <section aria-labelledby="paused"><h2 id="paused">Paused by undos</h2>
        {Markup.If(seen.Paused.Count > 0, $"<ul class=\"course\">{seen.Paused.Select(each => Row(each, clock))}</ul>")}
        {Markup.If(seen.NotLookedAt > 0, $"<p class=\"aside\">{seen.More}</p>")}
        </section>
        """);

    private static Markup Row(PausedOwner paused, PageClock clock)
    {
        var plan = paused.By.Plan;
        return
            $"""
            <li class="{BannerSeverity.Attention.ToClass()}">{Icon.Warning}<div><p><b>{paused.Owner.Owner.ToString()}</b> on {plan.Cluster} <span class="when">{clock.Since(paused.By.PausedAt!.Value)}</span></p>
            <p>by the undo of <a href="{RequestFacts.PathOf(paused.By)}">{plan.Namespace}/{plan.Name}</a>{Markup.If(!paused.IsKnown, $"; whether it still is, the cluster does not say")}. It brings nothing to the cluster until somebody has changed its source and resumes it: <code>{paused.Owner.ResumeCommand()}</code></p>{Button(paused.By)}</div></li>
            """;
    }

    /// <summary>What prepares the request that ends an undo's pause; nothing while the undo is under way.</summary>
    public static Markup Button(UndoRequest undo) => Markup.If(
        OwnerResumption.IsWanted(undo),
        $"""
        <form method="post" action="{RequestFacts.PathOf(undo)}/resume"><button class="neutral">Prepare to resume {undo.Plan.Pause?.Owner.ToString()}</button></form>
        <p class="aside">It opens a request, which you can then approve or deny. Nothing is changed by it.</p>
        """);
}
