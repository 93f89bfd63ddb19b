namespace McpRollout.Approvals.Approvers;

/// <summary>Where an attempt comes from. Attempts under one name are counted apart for each: guesses from one lock no other.</summary>
internal abstract record AttemptSource
{
    private AttemptSource()
    {
    }

    /// <summary>A terminal of the approving side.</summary>
    public static readonly AttemptSource Terminal = new OfTerminal();

    /// <summary>Anybody who reaches the page.</summary>
    public static readonly AttemptSource Stranger = new OfStranger();

    internal sealed record OfTerminal : AttemptSource;

    internal sealed record OfStranger : AttemptSource;

    /// <summary>A browser that showed its <see cref="BrowserProof"/> for the name.</summary>
    internal sealed record OfKnownBrowser(string Id) : AttemptSource;
}
