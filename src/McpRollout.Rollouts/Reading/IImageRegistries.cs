using McpRollout.Rollouts.Objects;

namespace McpRollout.Rollouts.Reading;

/// <summary>Asks the registries of images whether they have them.</summary>
internal interface IImageRegistries
{
    /// <summary>What each says, all asked at once and not waited for long; null where they are not to be asked.</summary>
    Task<IReadOnlyList<RegistryAnswer>?> AskAsync(IReadOnlyCollection<string> images, CancellationToken cancellationToken);
}
