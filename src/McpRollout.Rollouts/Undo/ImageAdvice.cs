using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Status;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Undo;

/// <summary>Says exactly that when a revision's image is gone, and what can be done. An undo brings back the name of an image, not the
/// image.</summary>
internal static class ImageAdvice
{
    private static readonly string[] PullReasons = ["ErrImagePull", "ImagePullBackOff"];

    // What containerd, CRI-O, Docker and registries say: "not found", "manifest unknown", "name unknown"
    // (https://github.com/opencontainers/distribution-spec).
    private static readonly string[] Gone = ["not found", "manifest unknown", "name unknown", "does not exist", "no such manifest"];
    // The image is there, but not for this kind of node; or a node's own store is damaged.
    private static readonly string[] Otherwise = ["no match for platform", "content digest"];
    private static readonly string[] Denied = ["unauthorized", "denied", "forbidden", "authentication required", "no basic auth"];

    /// <summary>The advice; null where no image is missing.</summary>
    /// <param name="revision">The revision whose pods are concerned.</param>
    /// <param name="problems">Their problems.</param>
    /// <param name="warnings">The cluster's warnings about them: a pod that backs off no longer says why.</param>
    public static string? For(Revision revision, IReadOnlyList<PodProblem> problems, IReadOnlyList<WarningEvent> warnings)
    {
        var failing = problems.FirstOrDefault(problem =>
            PullReasons.Contains(problem.Reason) && (problem.RevisionLabel is null || problem.RevisionLabel == revision.PodLabel));
        if (failing is null || revision.Images.FirstOrDefault(image => image.Key == failing.Container).Value is not { } image)
            return null;

        var shown = VisibleText.Of(image, 200);
        var said = problems.Where(problem => problem.Container == failing.Container && problem.RevisionLabel == failing.RevisionLabel
            && PullReasons.Contains(problem.Reason)).Select(problem => problem.Message ?? "")
            .Concat(warnings.Select(warning => warning.Message).Where(message => message.Contains(image, StringComparison.Ordinal)))
            .ToList();
        if (Says(said, Denied))
        {
            return $"The registry does not give out the image {shown}: it may be gone, or the credentials for pulling it were changed. "
                + "Check imagePullSecrets and the registry; the undo does not bring either back.";
        }

        return Says(said, Gone) && !Says(said, Otherwise)
            ? $"The image {shown} is gone from its registry, so revision {revision.Number} cannot run. Push the same build again (a node "
                + "or another registry may still have it by digest), rebuild it from its source, or undo to a revision whose image still "
                + "exists."
            : $"The image {shown} cannot be pulled. Check that the registry still has it and can be reached from the nodes.";
    }

    private static bool Says(List<string> said, string[] words) =>
        said.Exists(message => Array.Exists(words, word => message.Contains(word, StringComparison.OrdinalIgnoreCase)));
}
