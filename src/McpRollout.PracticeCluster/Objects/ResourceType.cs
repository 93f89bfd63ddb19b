namespace McpRollout.PracticeCluster.Objects;

/// <summary>One kind of object that the cluster stores.</summary>
internal sealed record ResourceType(string Group, string Version, string Plural, string Kind, bool Namespaced, params string[] ShortNames)
{
    /// <summary>A status subresource means that spec and status are written apart, and that spec changes raise the generation.</summary>
    public bool HasStatus { get; init; }

    public bool HasScale { get; init; }

    /// <summary>Shown by <c>kubectl get all</c>.</summary>
    public bool InAll { get; init; }

    public string ApiVersion { get; } = Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary><c>deployments.apps</c>: how messages name the resource.</summary>
    public string QualifiedPlural { get; } = Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    public string QualifiedKind { get; } = Group.Length == 0 ? Kind : $"{Kind}.{Group}";

    public override string ToString() => QualifiedPlural;
}
