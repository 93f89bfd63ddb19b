namespace McpRollout.Approvals.Audit;

/// <summary>The <c>Audit</c> section.</summary>
internal sealed class AuditOptions
{
    /// <summary>The JSON Lines file. Default: <c>audit.jsonl</c> beside the store.</summary>
    public string? File { get; set; }

    /// <summary>From how many bytes on the file is put aside and a new one begun; 0: never.</summary>
    public long RotateBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Where each checkpoint goes besides, out of this machine's reach: a file elsewhere, an address that it is posted to, or
    /// <see cref="Otlp"/>.</summary>
    public string? Anchor { get; set; }

    /// <summary>The anchor that is the logs of the OpenTelemetry collector.</summary>
    public const string Otlp = "otlp";

    /// <summary>The anchor, if it is an address and no path.</summary>
    public Uri? AnchorUrl =>
        Anchor?.Contains("://", StringComparison.Ordinal) == true && Uri.TryCreate(Anchor, UriKind.Absolute, out var url) ? url : null;

    /// <summary>How long all required sinks together may take to acknowledge a record.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Which sinks there are, and which of them nothing is done without.</summary>
    public AuditSinkLevels Sinks { get; set; } = new();

    /// <summary>Where the webhook is.</summary>
    public WebhookOptions Webhook { get; set; } = new();
}

/// <summary>What an undo owes to a sink.</summary>
internal enum SinkLevel
{
    /// <summary>Nothing is told to it.</summary>
    Off,

    /// <summary>It is told in the background; its failures delay nothing.</summary>
    BestEffort,

    /// <summary>Nothing is sent to the cluster before it has acknowledged.</summary>
    Required,
}

/// <summary>The <c>Audit:Sinks</c> section.</summary>
internal sealed class AuditSinkLevels
{
    /// <summary>The JSON Lines file.</summary>
    public SinkLevel File { get; set; } = SinkLevel.Required;

    /// <summary>Standard error, one JSON line a record.</summary>
    public SinkLevel StandardError { get; set; }

    /// <summary>OpenTelemetry logs, by OTLP.</summary>
    public SinkLevel OpenTelemetry { get; set; }

    /// <summary>The HTTP webhook.</summary>
    public SinkLevel Webhook { get; set; }
}

/// <summary>The <c>Audit:Webhook</c> section.</summary>
internal sealed class WebhookOptions
{
    /// <summary>Where each record is posted: https, or http on this machine.</summary>
    public string? Url { get; set; }

    /// <summary>The file with the key of the HMAC. The key itself is never a setting: a command line can be read by others.</summary>
    public string? SecretFile { get; set; }
}
