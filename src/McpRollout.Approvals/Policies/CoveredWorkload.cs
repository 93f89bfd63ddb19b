namespace McpRollout.Approvals.Policies;

/// <summary>A workload that a release has.</summary>
/// <param name="Workload">The workload.</param>
/// <param name="Labels">Its labels, as the release has them.</param>
/// <param name="Terms">What the rules asked for of it when the request was made.</param>
internal sealed record CoveredWorkload(WorkloadRef Workload, IReadOnlyDictionary<string, string> Labels, ApprovalTerms Terms);
