using McpRollout.Rollouts.Objects;

namespace McpRollout.Rollouts.History;

/// <summary>Which revisions the pods run that serve.</summary>
internal static class ServingPods
{
    /// <summary><c>2 of 2 pods that serve run revision 2.</c>; null unless pods of another revision than the current one are
    /// ready.</summary>
    public static string? Sentence(RevisionHistory history)
    {
        var ready = history.Pods.Where(pod => pod.IsReady() && !pod.IsTerminating()).ToLookup(PodFacts.RevisionLabel);
        var all = ready.Sum(pods => pods.Count());
        string[] older =
        [
            .. history.Revisions.Where(revision => revision != history.Current && revision.PodLabel is not null)
                .Select(revision => (revision.Number, Pods: ready[revision.PodLabel].Count()))
                .Where(each => each.Pods > 0)
                .Select(each => $"{each.Pods} of {all} pods that serve {(each.Pods == 1 ? "runs" : "run")} revision {each.Number}"),
        ];
        return older.Length == 0 ? null : $"{string.Join(", ", older)}.";
    }
}
