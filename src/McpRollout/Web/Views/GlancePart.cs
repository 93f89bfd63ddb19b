namespace McpRollout.Web.Views;

/// <summary>What a decision rests on, in so few lines that a telephone's first screen has all of it; the rest of the page says the same at
/// length.</summary>
internal static class GlancePart
{
    private const int Listed = 2;

    public static Markup Render(RequestFacts facts) =>
        $"""
        <section id="glance" aria-label="At a glance">
        <dl class="glance">
        {Health(facts)}
        {Images(facts)}
        {Pause(facts.Plan)}
        {Reason(facts.Request)}
        {Warnings(facts)}
        </dl>
        </section>
        """;

    private static Markup Health(RequestFacts facts) => facts.Health switch
    {
        { Failing: { } failing } => Row("Fails now", Failing(failing)),
        { Unreadable: { } why } => Row("Fails now", $"<p class=\"clamp\">not known: {why}</p>"),
        _ when facts.Before?.Health is { Replicas: not null } before => Row("Failed then", Failing(FailingNow.Of(before))),
        _ => Markup.Empty,
    };

    private static Markup Failing(FailingNow failing) =>
        $"""<p><b>{failing.Pods}</b></p>{Markup.If(failing.What is not null, $"<p class=\"clamp\">{failing.What}</p>")}{Markup.If(failing.Words is not null, $"<p class=\"said\"><q>{failing.Words}</q></p>")}""";

    private static Markup Reason(UndoRequest request) => request.WayHome is { } home
        ? Row(request.Plan.Resume is null ? "Takes back" : "Pause of", $"""<p class="clamp"><a href="{RequestFacts.PathOf(home.Undo)}">{home.Undo}</a>, asked for by {RequesterPart.WhoAsked(home)}</p>""")
        : Row("Agent says", $"<p class=\"clamp\"><q>{request.Reason}</q></p>");

    private static Markup Images(RequestFacts facts)
    {
        var images = facts.ImageChanges;
        if (facts.Plan.Resume is { } resume)
            return Row("Resumes", $"<p class=\"clamp\">{resume.Owner.ToString()} ({resume.Kind.ToTool()})</p>");
        return images.Count == 0
            ? Row("Image", $"<p class=\"clamp\">the same; changes: {(facts.Request.Changes is [var first, ..] ? first : "see below")}</p>")
            : Row(images.Count == 1 ? "Image" : "Images",
                $"{images.Take(Listed).Select(image => Image(image, images.Count > 1))}{More(images.Count - Listed)}");
    }

    private static Markup Pause(UndoPlan plan) => plan.Pause is { } pause
        ? Row("First pauses", $"<p class=\"clamp\">{pause.Owner.ToString()} ({pause.Kind.ToTool()})</p>")
        : Markup.Empty;

    private static Markup Image(ImageChange image, bool isNamed) =>
        $"""<p>{Markup.If(isNamed, $"{image.Container}: ")}<code>{image.From}</code> <span aria-hidden="true">→</span><span class="unseen">back to</span> <code><b>{image.To}</b></code></p>""";

    private static Markup More(int count) => Markup.If(count > 0, $"<p>and {count} more</p>");

    private static Markup Warnings(RequestFacts facts)
    {
        var warnings = facts.Warnings;
        return warnings.Count == 0
            ? Row("Warnings", $"<p>none</p>")
            : Row("Warnings", $"""<p><a href="#findings"><span><b>{warnings.Count}</b>, the gravest: {FindingKinds.HeadlineOf(warnings[0])}</span></a></p>""");
    }

    private static Markup Row(string what, Markup value) => $"<div><dt>{what}</dt><dd>{value}</dd></div>";
}
