namespace McpRollout.Rollouts.Cluster;

/// <summary>Which cluster this is.</summary>
/// <param name="Name">What people call it: the kubeconfig context's name; <c>in-cluster</c>, or <c>practice</c> for the embedded
/// one.</param>
/// <param name="Server">The API server's address without credentials, as the identity that a plan is bound to.</param>
internal sealed record ClusterIdentity(string Name, string Server);
