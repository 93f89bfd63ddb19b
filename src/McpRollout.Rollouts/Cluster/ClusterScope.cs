using System.IO.Enumeration;

namespace McpRollout.Rollouts.Cluster;

/// <summary>What the settings say of a cluster: how much of it may be spoken of, and who depends on it.</summary>
/// <param name="globs">Patterns with <c>*</c> and <c>?</c>; none allows all.</param>
/// <param name="readOnly">Whether nothing may be changed.</param>
/// <param name="section">The section of the settings that says so.</param>
/// <param name="isProduction">Whether it is marked as one that people depend on.</param>
internal sealed class ClusterScope(
    IEnumerable<string> globs, bool readOnly = false, string section = "Cluster", bool isProduction = false)
{
    private readonly string[] _globs = [.. globs];

    public bool ReadOnly => readOnly;

    public bool IsProduction => isProduction;

    /// <summary>Whether all of it may be spoken of.</summary>
    public bool IsWhole => _globs.Length == 0 || _globs.Contains("*");

    public bool Allows(string @namespace) =>
        _globs.Length == 0 || Array.Exists(_globs, glob => FileSystemName.MatchesSimpleExpression(glob, @namespace, ignoreCase: false));

    /// <summary>Why the namespace must not be spoken of, with what to do; null if it may.</summary>
    public string? Refusal(string @namespace) => Allows(@namespace)
        ? null
        : $"Namespace \"{@namespace}\" is outside those that this server may speak of: {string.Join(", ", _globs)}. Choose one of them, or "
            + $"ask the user to widen {section}:Namespaces.";
}
