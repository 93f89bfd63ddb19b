using System.Text.Json.Serialization;
using McpRollout.Rollouts.Text;

namespace McpRollout.Rollouts.Owners;

/// <summary>What an approval binds of the owner that it pauses.</summary>
/// <param name="Kind">What kind of owner it is.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its identity.</param>
/// <param name="Field">The field by which it is paused, as it was shown (<see cref="Owner.FieldText"/>).</param>
internal sealed record OwnerPause(OwnerKind Kind, string Namespace, string Name, string Uid, string Field)
{
    /// <summary>What pauses this owner as it is now.</summary>
    public static OwnerPause Of(Owner owner) => new(owner.Ref.Kind, owner.Ref.Namespace, owner.Ref.Name, owner.Uid, owner.FieldText);

    /// <summary>Which owner it is.</summary>
    [JsonIgnore]
    public OwnerRef Owner => new(Kind, Namespace, Name);

    /// <summary>Whether the owner is still as it was shown.</summary>
    public bool Fits(Owner owner) => owner.Uid == Uid && owner.FieldText == Field;

    /// <summary>How a person lets it put back again what its repository says.</summary>
    public string ResumeCommand() => Kind switch
    {
        OwnerKind.Application => $"kubectl patch application {ShownValue.Name(Name)} -n {ShownValue.Name(Namespace)} --type=json "
            + """-p '[{"op":"remove","path":"/spec/syncPolicy/automated/enabled"}]'""",
        OwnerKind.Kustomization => $"flux resume kustomization {ShownValue.Name(Name)} -n {ShownValue.Name(Namespace)}",
        _ => $"flux resume helmrelease {ShownValue.Name(Name)} -n {ShownValue.Name(Namespace)}",
    };
}
