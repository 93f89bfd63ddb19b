using System.Text.RegularExpressions;
using McpRollout.Kubernetes.Kubeconfigs;

namespace McpRollout.Kubernetes.Connections;

/// <summary>Finds all that is wrong with the <c>Clusters</c> section at once.</summary>
/// <param name="surroundings">Where it holds.</param>
/// <param name="isOneSet">Whether the <c>Cluster</c> section is set as well.</param>
internal sealed partial class ClustersOptionsValidation(KubeconfigEnvironment surroundings, bool isOneSet)
    : IValidateOptions<ClustersOptions>
{
    public ValidateOptionsResult Validate(string? name, ClustersOptions options)
    {
        string[] errors = [.. options.Named.Count == 0 ? [] : Errors(options)];
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private IEnumerable<string> Errors(ClustersOptions options)
    {
        if (isOneSet)
            yield return "Cluster and Clusters are both set: move what Cluster says to one of Clusters.";
        foreach (var (name, cluster) in options.Named)
        {
            var section = $"Clusters:{name}";
            if (!CallableName().IsMatch(name))
            {
                yield return $"Clusters has '{name}', which callers could not give: call it by lower-case letters, digits, '.', '_' and "
                    + "'-', at most 63, the first a letter or a digit.";
            }

            if (!string.IsNullOrWhiteSpace(cluster.Kubeconfig) && string.IsNullOrWhiteSpace(cluster.Context))
            {
                yield return $"{section}:Context is missing: which context of a kubeconfig is the current one changes, and what is called "
                    + $"{name} must not.";
            }

            foreach (var error in ClusterOptionsValidation.Validate(cluster, surroundings, section))
                yield return error;
            if (!cluster.Sandbox && !cluster.NamesKubeconfig && surroundings.Variable("KUBERNETES_SERVICE_HOST") is not { Length: > 0 })
            {
                yield return $"{section} says neither Context nor Kubeconfig, which stands for the cluster of this pod, and this is no "
                    + "pod: set one of them.";
            }
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]{0,62}\\z")]
    private static partial Regex CallableName();
}
