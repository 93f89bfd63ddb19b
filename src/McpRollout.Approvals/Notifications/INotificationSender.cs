namespace McpRollout.Approvals.Notifications;

/// <summary>Takes messages to one channel.</summary>
internal interface INotificationSender
{
    /// <summary>Where it is, for people; never with a secret.</summary>
    string Place { get; }

    /// <summary>Sends one.</summary>
    /// <returns>Why it was not taken; null if it was.</returns>
    Task<string?> SendAsync(Notification notification, CancellationToken cancellationToken);
}
