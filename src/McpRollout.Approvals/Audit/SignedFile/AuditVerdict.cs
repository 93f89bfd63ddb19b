namespace McpRollout.Approvals.Audit.SignedFile;

/// <summary>What a check of the audit found.</summary>
/// <param name="FirstSeq">The first record that is here; more than 1 if older parts were moved away.</param>
/// <param name="Last">The last record that held.</param>
/// <param name="Fault">The first record that does not hold, in a sentence; null if all do.</param>
internal sealed record AuditVerdict(long FirstSeq, AuditPosition Last, string? Fault)
{
    /// <summary>The records that say that another key signs from there on.</summary>
    public IReadOnlyList<long> Rekeyed { get; init; } = [];

    /// <summary>Whether every record holds.</summary>
    public bool Holds => Fault is null;

    /// <summary>How many records held.</summary>
    public long Records => Last.Seq - FirstSeq + 1;

    /// <summary>The same with a record that does not hold.</summary>
    public AuditVerdict At(long seq, string fault) => this with { Fault = $"record {seq}: {fault}" };

    /// <summary>What a person is told of an audit that holds.</summary>
    public string Summary => $"{Records} records, every one holds. "
        + (FirstSeq == 1 ? "" : $"They begin with record {FirstSeq}: the {FirstSeq - 1} before it were put aside and moved away; the "
            + "signed checkpoint of the last of them holds. ")
        + string.Concat(Rekeyed.Select(seq => $"By record {seq} a person had the audit signed with another key from there on: that record "
            + "says who, and what was missing. "))
        + $"The last one's hash is {Last.Hash}";
}
