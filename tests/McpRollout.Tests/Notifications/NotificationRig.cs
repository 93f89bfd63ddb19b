using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Notifications;
using McpRollout.Approvals.Requests;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Reading;
using McpRollout.Tests.Broker;
using McpRollout.Tests.Person.Page;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace McpRollout.Tests.Notifications;

/// <summary>A real store, and what delivers from it.</summary>
internal static class NotificationRig
{
    public static ChannelOptions Webhook(string url, string secretFile) =>
        new() { Name = "ops", Type = ChannelKind.Webhook, Url = url, SecretFile = secretFile };

    /// <summary>What a process does for one channel.</summary>
    public static NotificationDelivery DeliveryTo(this TempStore store, ChannelOptions channel, TimeProvider? time = null,
        PageState page = PageState.Serving, IClusterReader? cluster = null)
    {
        var (clock, notifications) = (time ?? TimeProvider.System, new NotificationStore(store.Database));
        var reader = cluster ?? new IncidentCluster();
        var owners = new PausedOwners(OnlyCluster(reader, clock), store.Requests);
        return new(
            NotificationChannel.Of(channel, clock), notifications, store.AuditLog, store.Requests,
            new PausedReminders(notifications, store.Requests, owners, clock),
            new PageLink(Options.Create(new ApprovalOptions { PublicUrl = "https://undo.example" }), new PageStatus(page), clock), clock);
    }

    /// <summary>What a process that speaks to one cluster speaks to.</summary>
    public static Clusters OnlyCluster(IClusterReader reader, TimeProvider clock) =>
        new([
            new ServedCluster(null, new ClusterScope([]), new ServiceCollection()
                .AddSingleton(reader).AddSingleton(new OwnerReader(reader, "argocd", clock)).BuildServiceProvider()),
        ]);

    /// <summary>A request whose names are what their makers wanted them to be.</summary>
    public static UndoRequest RequestNamed(string cluster, string name)
    {
        var request = TempStore.NewRequest(name: name, now: new DateTimeOffset(2026, 11, 29, 12, 0, 0, TimeSpan.Zero));
        return request with { Plan = request.Plan with { Cluster = cluster } };
    }

    /// <summary>A message about it.</summary>
    public static Notification Message(UndoRequest request, string? link = "https://undo.example/approvals/undo-1") =>
        NotificationText.Reminder(request, link, request.CreatedAt.AddMinutes(10));
}

/// <summary>A file for its owner only.</summary>
internal sealed class SecretInFile : IDisposable
{
    public SecretInFile(string text = NotificationReceiver.Secret) => File.WriteAllText(Path, text + "\n");

    public string Path { get; } = System.IO.Path.GetTempFileName();

    public void Dispose() => File.Delete(Path);
}
