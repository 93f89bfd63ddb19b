using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Findings;

/// <summary>What the registries of the target's images tell, where they were asked.</summary>
internal static class RegistryChecks
{
    /// <summary>The target's pods could not be made on a node that has not pulled its images.</summary>
    public static Finding? ImageGone(UndoFacts facts) => Of(facts, ImagePresence.Gone, FindingKinds.ImageGone,
        images => $"The registry does not have {images}, which revision {facts.Target.Number} runs.");

    /// <summary>Whether the nodes may is not known by that.</summary>
    public static Finding? ImageDenied(UndoFacts facts) => Of(facts, ImagePresence.Denied, FindingKinds.ImageDenied,
        images => $"The registry does not show {images} to the server.");

    /// <summary>Nothing is known of the image.</summary>
    public static Finding? RegistryUnanswered(UndoFacts facts) => Of(facts, ImagePresence.Unanswered, FindingKinds.RegistryUnanswered,
        images => $"Whether the registry has {images} could not be found out.");

    private static Finding? Of(UndoFacts facts, ImagePresence presence, FindingKind kind, Func<string, string> what) => kind.OfAny(
        (facts.Registry ?? []).Where(answer => answer.Presence == presence)
            .Select(answer => $"{ShownValue.Text(answer.Image)} ({answer.Why})"),
        what);
}
