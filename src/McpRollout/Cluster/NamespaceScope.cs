using System.IO.Enumeration;

namespace McpRollout.Cluster;

/// <summary>Which namespaces may be spoken of.</summary>
/// <param name="globs">Patterns with <c>*</c> and <c>?</c>; none allows all.</param>
internal sealed class NamespaceScope(IEnumerable<string> globs)
{
    private readonly string[] _globs = [.. globs];

    /// <summary>The patterns, for refusals that tell what is allowed.</summary>
    public IReadOnlyList<string> Globs => _globs;

    /// <summary>Whether the namespace is one of them.</summary>
    public bool Allows(string @namespace) =>
        _globs.Length == 0 || Array.Exists(_globs, glob => FileSystemName.MatchesSimpleExpression(glob, @namespace, ignoreCase: false));
}
