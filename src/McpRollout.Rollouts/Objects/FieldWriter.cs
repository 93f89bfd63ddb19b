using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Objects;

/// <summary>What kind of program a field manager seems to be.</summary>
internal enum WriterKind
{
    /// <summary>A name that is not known.</summary>
    Unknown,

    /// <summary>A person's editor or console.</summary>
    Hand,

    /// <summary>kubectl, which people and scripts use alike.</summary>
    Kubectl,

    /// <summary>A release tool that runs when somebody or something starts it.</summary>
    Pipeline,

    /// <summary>A controller that keeps the object as a repository says, and will put it back.</summary>
    GitOps,

    /// <summary>This product.</summary>
    McpRollout,
}

/// <summary>
/// Who wrote a part of an object and when, from <c>metadata.managedFields</c>: a hint, since a client chooses its manager's name itself,
/// and the time is that of the manager's last change to any field of its entry.
/// </summary>
internal sealed record FieldWriter(string Manager, DateTimeOffset? At)
{
    private static readonly string[] Editors = ["kubectl-edit", "k9s", "dashboard", "Mozilla", "lens", "node-fetch"];

    public WriterKind Kind =>
        Manager == ManagedFields.OurManager ? WriterKind.McpRollout
        : Editors.Any(name => Manager.StartsWith(name, StringComparison.OrdinalIgnoreCase)) ? WriterKind.Hand
        : Manager.StartsWith("kubectl", StringComparison.Ordinal) || Manager == "oc" ? WriterKind.Kubectl
        : Deployer.Of(Manager) is { } deployer ? deployer.Kind
        : Manager.Contains("pipeline", StringComparison.OrdinalIgnoreCase) ? WriterKind.Pipeline
        : WriterKind.Unknown;

    /// <summary><c>"kubectl-set" 2026-11-22 06:40Z (kubectl: by hand or by a script)</c>.</summary>
    public override string ToString()
    {
        var meaning = Kind switch
        {
            WriterKind.Hand => " (by hand)",
            WriterKind.Kubectl => " (kubectl: by hand or by a script)",
            WriterKind.Pipeline => " (a pipeline)",
            WriterKind.GitOps => " (a GitOps controller)",
            WriterKind.McpRollout => " (an undo by this product)",
            _ => "",
        };
        return $"\"{ShownValue.Name(Manager).Replace('"', '\'')}\"{(At is { } at ? $" {TimeText.Of(at)}" : "")}{meaning}";
    }

    /// <summary>Who last wrote the pod template; null where the object does not say.</summary>
    public static FieldWriter? OfTemplate(Workload workload) =>
        Latest(workload, fields => fields.At("f:spec", "f:template") is not null || IsUndo(fields));

    /// <summary>Who last wrote an image of the pod template.</summary>
    public static FieldWriter? OfImages(Workload workload) => Latest(workload, fields => OwnsImage(fields) || IsUndo(fields));

    /// <summary>Who last wrote the field at a path such as <c>spec</c>, <c>paused</c>.</summary>
    public static FieldWriter? Of(JsonElement raw, params string[] path) =>
        ManagedFields.WritersOf(raw, path) is [var writer, ..] ? writer : null;

    private static FieldWriter? Latest(Workload workload, Func<JsonElement, bool> fits) =>
        ManagedFields.Latest(workload.Raw, fits) is [var writer, ..] ? writer : null;

    // An undo writes its request's id together with the template, whose fields it may hand over afterwards.
    private static bool IsUndo(JsonElement fields) =>
        fields.At("f:metadata", "f:annotations", $"f:{UndoAnnotations.RequestId}") is not null;

    private static bool OwnsImage(JsonElement fields) => PodTemplate.ContainerFields
        .SelectMany(list => fields.MembersAt("f:spec", "f:template", "f:spec", $"f:{list}"))
        .Any(container => container.Value.At("f:image") is not null);
}
