using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace McpRollout.Kubernetes.Kubeconfigs;

/// <summary>A parser that stops at a depth which no kubeconfig has: what is built of its events is built by recursion, and a full stack ends the process.</summary>
internal sealed class ShallowParser(IParser inner) : IParser
{
    private const int Deepest = 50;

    private int _depth;

    /// <inheritdoc/>
    public ParsingEvent? Current => inner.Current;

    /// <inheritdoc/>
    public bool MoveNext()
    {
        var moved = inner.MoveNext();
        if (Current is { } seen && (_depth += seen.NestingIncrease) > Deepest)
            throw new YamlException(seen.Start, seen.End, "Nested too deeply.");
        return moved;
    }
}
