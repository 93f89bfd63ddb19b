namespace McpRollout.Rollouts.Helm;

/// <summary>Helm's commands as a person types them. Names of releases and namespaces need no quotes.</summary>
/// <param name="Program">How helm is called.</param>
/// <param name="IsInstalled">Whether this machine has it now.</param>
internal sealed record ReleaseCommands(string Program, Func<bool> IsInstalled)
{
    /// <summary>Brings a revision back, and waits until its workloads run.</summary>
    public string Rollback(ReleaseRef release, long revision) => string.Create(
        CultureInfo.InvariantCulture, $"{Program} rollback {release.Name} {revision} --namespace {release.Namespace} --wait");
}
