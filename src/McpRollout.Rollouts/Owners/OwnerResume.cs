using System.Text.Json.Serialization;
using McpRollout.Rollouts.Json;

namespace McpRollout.Rollouts.Owners;

/// <summary>What an approval binds of the owner that it resumes.</summary>
/// <param name="Kind">What kind of owner it is.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its identity.</param>
/// <param name="PausedBy">The request that paused it.</param>
/// <param name="Field">The field by which it is paused, as it was shown (<see cref="Owner.FieldText"/>).</param>
/// <param name="WasSet">Whether it said in so many words, before it was paused, that it is not; else the field is taken away.</param>
internal sealed record OwnerResume(
    OwnerKind Kind, string Namespace, string Name, string Uid, string PausedBy, string Field, bool WasSet)
{
    /// <summary>What resumes this owner as it is now; null where no request has paused it.</summary>
    /// <param name="owner">The owner.</param>
    /// <param name="before">How it was before; null where that is not on record, which is as if it had said nothing.</param>
    public static OwnerResume? Of(Owner owner, OwnerPause? before) => owner is { PutsBack: false, PausedBy: { } undo, Field: not null }
        ? new(owner.Ref.Kind, owner.Ref.Namespace, owner.Ref.Name, owner.Uid, undo, owner.FieldText, before is not null && Said(before))
        : null;

    /// <summary>Which owner it is.</summary>
    [JsonIgnore]
    public OwnerRef Owner => new(Kind, Namespace, Name);

    /// <summary>Where the field is that changes.</summary>
    [JsonIgnore]
    public string Path => string.Join('.', Owners.Owner.PausingPath(Kind));

    /// <summary>What becomes of it, in words.</summary>
    [JsonIgnore]
    public string Change => (Kind == OwnerKind.Application, WasSet) switch
    {
        (true, true) => $"{Path}: false -> true",
        (true, false) => $"{Path}: false -> not set",
        (false, true) => $"{Path}: true -> false",
        (false, false) => $"{Path}: true -> not set",
    };

    /// <summary>Whether the owner is still paused as it was shown.</summary>
    public bool Fits(Owner owner) => owner.Uid == Uid && owner.PausedBy == PausedBy && owner.FieldText == Field && !owner.PutsBack;

    private static bool Said(OwnerPause before)
    {
        using var field = JsonDocument.Parse(before.Field);
        var said = before.Kind == OwnerKind.Application ? field.RootElement.At("enabled") : field.RootElement;
        return said is { ValueKind: JsonValueKind.True or JsonValueKind.False };
    }
}
