namespace McpRollout.Approvals.Notifications;

/// <summary>The <c>Notifications</c> section: a list of channels.</summary>
internal sealed class NotificationOptions
{
    /// <summary>Whom to tell. Default: nobody.</summary>
    public List<ChannelOptions> Channels { get; } = [];
}

/// <summary>Where messages go, and which. An absent matcher matches everything; all that are given must match.</summary>
internal sealed class ChannelOptions
{
    /// <summary>What people know the channel by; how far it was told is kept in the store under it.</summary>
    public string? Name { get; set; }

    /// <summary>What it is that is told.</summary>
    public ChannelKind? Type { get; set; }

    /// <summary>Its address: https (http to this machine only); for e-mail <c>smtps://host:465</c>, or <c>smtp://host:587</c> with
    /// STARTTLS.</summary>
    public string? Url { get; set; }

    /// <summary>A file with the address, where that is a secret itself.</summary>
    public string? UrlFile { get; set; }

    /// <summary>
    /// The file with the password (e-mail), the access token (ntfy, Alertmanager), the routing key (PagerDuty), or the key of the signature
    /// (webhook).
    /// </summary>
    public string? SecretFile { get; set; }

    /// <summary>As whom to sign in, for e-mail. Default: nobody.</summary>
    public string? User { get; set; }

    /// <summary>The sender, for e-mail.</summary>
    public string? From { get; set; }

    /// <summary>The recipients, for e-mail.</summary>
    public IList<string> To { get; } = [];

    /// <summary>What to tell of. Default: everything.</summary>
    public IList<string> When { get; } = [];

    /// <summary>Globs (<c>*</c>, <c>?</c>) of clusters, by the names that requests show. Default: all.</summary>
    public IList<string> Clusters { get; } = [];

    /// <summary>Globs (<c>*</c>, <c>?</c>) of namespaces. Default: all.</summary>
    public IList<string> Namespaces { get; } = [];

    /// <summary>Kinds of workload. Default: all.</summary>
    public IList<string> ResourceTypes { get; } = [];

    /// <summary>Names of the rules that requests were made under. Default: all.</summary>
    public IList<string> Rules { get; } = [];
}

/// <summary>What can be told.</summary>
internal enum ChannelKind
{
    /// <summary>A Slack incoming webhook.</summary>
    Slack,

    /// <summary>A Teams workflow that posts an Adaptive Card.</summary>
    Teams,

    /// <summary>An ntfy topic.</summary>
    Ntfy,

    /// <summary>Mailboxes, by SMTP.</summary>
    Email,

    /// <summary>A receiver of signed JSON.</summary>
    Webhook,

    /// <summary>PagerDuty's Events API v2.</summary>
    PagerDuty,

    /// <summary>Alertmanager's API v2.</summary>
    Alertmanager,
}
