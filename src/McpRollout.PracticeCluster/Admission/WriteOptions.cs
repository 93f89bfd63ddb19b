namespace McpRollout.PracticeCluster.Admission;

/// <summary>How a write is to be taken.</summary>
internal sealed record WriteOptions(string Manager, string Subresource = "", bool DryRun = false)
{
    /// <summary>The fields of a server-side apply, which are the manager's afterwards; null for any other write.</summary>
    public JsonObject? Applied { get; init; }

    public string Operation => Applied is null ? "Update" : "Apply";

    /// <summary>The cluster's own controllers.</summary>
    public static readonly WriteOptions Controller = new("kube-controller-manager");

    public static readonly WriteOptions ControllerStatus = new("kube-controller-manager", "status");

    public static readonly WriteOptions KubeletStatus = new("kubelet", "status");
}
