namespace McpRollout.PracticeCluster.Controllers;

/// <summary>One controller: brings what one item says about in line with its spec.</summary>
internal interface IController
{
    WorkKind Kind { get; }

    void Reconcile(string @namespace, string name);
}
