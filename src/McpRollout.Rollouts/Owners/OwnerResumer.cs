using McpRollout.Rollouts.Json;
using McpRollout.Rollouts.Objects;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Owners;

/// <summary>Who would undo the pause of an owner.</summary>
/// <param name="Name">Its kind and name; null for nobody.</param>
internal sealed record OwnerResumer(string? Name)
{
    public static readonly OwnerResumer Nobody = new(default(string));

    /// <summary>What makes owners of a pattern, and writes their whole spec again: an ApplicationSet, or another controller.</summary>
    public static OwnerResumer? MakerOf(Owner owner) => owner.Raw.Controller() is { } maker
        ? new($"{ShownValue.Name(maker.TextAt("kind"))} {ShownValue.Name(owner.Ref.Namespace)}/{ShownValue.Name(maker.TextAt("name"))}")
        : null;

    /// <summary>
    /// Whether an owner above would. Argo CD puts back the whole spec of an Application that it syncs. Flux applies server-side, and takes
    /// back only fields that it sets itself: whether it sets this one is in <c>metadata.managedFields</c>.
    /// </summary>
    public static bool CanResume(Owner owner, OwnerRef above) => above.Kind == OwnerKind.Application
        || ManagedFields.WritersOf(owner.Raw, [.. Owner.FieldPath(owner.Ref.Kind)]).Any(writer => writer.Kind == WriterKind.GitOps);
}
