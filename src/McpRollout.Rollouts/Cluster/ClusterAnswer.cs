using System.Diagnostics.CodeAnalysis;

namespace McpRollout.Rollouts.Cluster;

/// <summary>What the API server answered: a value, or a failure whose kind is closed and whose text is for people.</summary>
internal readonly record struct ClusterAnswer<T>
{
    private ClusterAnswer(T? value, ClusterFailure? failure) => (Value, Failure) = (value, failure);

    /// <summary>The answer; set when <see cref="Succeeded"/>.</summary>
    public T? Value { get; }

    /// <summary>Why there is no answer; set unless <see cref="Succeeded"/>.</summary>
    public ClusterFailure? Failure { get; }

    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool Succeeded => Failure is null;

    public static implicit operator ClusterAnswer<T>(T value) => new(value, null);

    public static implicit operator ClusterAnswer<T>(ClusterFailure failure) => new(default, failure);
}
