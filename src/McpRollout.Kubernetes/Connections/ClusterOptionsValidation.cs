using System.Buffers;
using McpRollout.Kubernetes.Kubeconfigs;

namespace McpRollout.Kubernetes.Connections;

/// <summary>
/// Finds all that is wrong with the <c>Cluster</c> section at once. Files are looked at only if the section names them or a context.
/// </summary>
internal sealed class ClusterOptionsValidation(KubeconfigEnvironment surroundings) : IValidateOptions<ClusterOptions>
{
    private static readonly SearchValues<char> GlobCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-*?");

    public ValidateOptionsResult Validate(string? name, ClusterOptions options)
    {
        string[] errors = [.. Validate(options, surroundings)];
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    /// <summary>The errors, each with its remedy; none if all is well.</summary>
    /// <param name="options">What is set.</param>
    /// <param name="surroundings">Where it holds. Default: here.</param>
    /// <param name="section">The section that they are in.</param>
    public static IEnumerable<string> Validate(
        ClusterOptions options, KubeconfigEnvironment? surroundings = null, string section = "Cluster") =>
    [
        .. Place(options, surroundings ?? KubeconfigEnvironment.Current, section),
        .. options.Namespaces.SelectMany(glob => Glob(glob, section)),
    ];

    private static IEnumerable<string> Place(ClusterOptions options, KubeconfigEnvironment surroundings, string section)
    {
        var (kubeconfig, context) = (Given(options.Kubeconfig), Given(options.Context));
        if (options.Sandbox)
        {
            if (kubeconfig is not null)
                yield return $"{section}:Sandbox and {section}:Kubeconfig are both set: remove one, as the practice cluster needs no "
                    + "kubeconfig.";

            if (context is not null)
                yield return $"{section}:Sandbox and {section}:Context are both set: remove one, as the practice cluster has no contexts.";

            yield break;
        }

        if (kubeconfig is null && context is null)
            yield break;

        var files = KubeconfigFiles.Find(kubeconfig, surroundings);
        if (!files.Any(File.Exists))
        {
            yield return kubeconfig is null
                ? $"{section}:Context is '{context}', but there is no kubeconfig at {string.Join(", ", files)}: set {section}:Kubeconfig."
                : $"{section}:Kubeconfig is '{kubeconfig}', which does not exist: correct the path, or remove the option to look where "
                    + "kubectl does.";
        }
        else if (context is not null && Context(context, files, section) is { } error)
        {
            yield return error;
        }
    }

    private static string? Context(string context, IReadOnlyList<string> files, string section)
    {
        try
        {
            var config = KubeconfigFiles.Load(files);
            return config.Contexts.ContainsKey(context)
                ? null
                : $"{section}:Context is '{context}', which {string.Join(", ", files)} does not have; {config.ListContexts()}: set one "
                    + "that exists.";
        }
        catch (KubeconfigException e)
        {
            return $"{section}:Kubeconfig cannot be used: {e.Message}";
        }
    }

    private static IEnumerable<string> Glob(string glob, string section)
    {
        if (string.IsNullOrWhiteSpace(glob))
            yield return $"{section}:Namespaces has an empty entry: remove it, or write * for all namespaces.";
        else if (glob.AsSpan().ContainsAnyExcept(GlobCharacters))
            yield return $"{section}:Namespaces has '{glob}', which can match no namespace: use lower-case letters, digits, '-', and * "
                + "or ? as wildcards.";
    }

    private static string? Given(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
