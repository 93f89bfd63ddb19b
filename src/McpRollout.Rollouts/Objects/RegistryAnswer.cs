namespace McpRollout.Rollouts.Objects;

/// <summary>What a registry says of an image.</summary>
internal enum ImagePresence
{
    /// <summary>It has its manifest.</summary>
    Present,

    /// <summary>It does not have it.</summary>
    Gone,

    /// <summary>It does not say, to whoever the server asks as.</summary>
    Denied,

    /// <summary>It gave no answer in time, or none that says so.</summary>
    Unanswered,
}

/// <summary>What the registry of an image answered.</summary>
/// <param name="Image">The image, as the template names it.</param>
/// <param name="Presence">Whether it is there.</param>
/// <param name="Why">What was answered, in a few words of ours.</param>
internal sealed record RegistryAnswer(string Image, ImagePresence Presence, string Why);
