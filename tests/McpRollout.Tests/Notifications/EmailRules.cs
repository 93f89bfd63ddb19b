using McpRollout.Approvals.Notifications;
using McpRollout.Tests.Broker;
using McpRollout.Tests.Cluster;

namespace McpRollout.Tests.Notifications;

/// <summary>E-mail to a real SMTP server.</summary>
public class EmailRules
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AMailServerTakesTheMessage(bool isLocked)
    {
        await using var server = await RealMailServer.StartAsync(isLocked);
        using var password = new SecretInFile(RealMailServer.Password);
        await using var store = TempStore.Create();
        var delivery = store.DeliveryTo(To(server, isLocked ? password : null));
        await store.Broker.OpenedAsync(TempStore.NewRequest(), Cancelled);
        await delivery.DeliverAsync(Cancelled);
        var mail = await server.NextAsync();
        Assert.Equal(("undo@example.com", "oncall@example.com,lead@example.com", isLocked),
            (mail.From, string.Join(',', mail.To), mail.Authenticated));
        Assert.Equal("Kubernetes undo undo-1: opened", mail.Message.Subject);
        Assert.Equal(
            "An agent asks for an undo, which needs an approval: deployment/checkout in namespace shop, cluster \"practice\", revision 4 "
                + $"to 3. Match code {TempStore.NewRequest().MatchCode}.\nhttps://undo.example/approvals/undo-1\n",
            mail.Message.TextBody!.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("wrong-password", "it refused the user or the password")]
    [InlineData("nobody", "it answered 550: no such mailbox")]
    [InlineData("untrusted", "its TLS certificate is not trusted, or it speaks no TLS on this port")]
    [InlineData("gone", "it cannot be spoken to: Connection refused")]
    public async Task WhatTheServerDoesNotTakeIsSaidWithoutTheSecret(string how, string why)
    {
        using var authority = new TestAuthority();
        await using var server = await RealMailServer.StartAsync(isLocked: true, how == "untrusted" ? authority : null);
        using var password = new SecretInFile(how == "wrong-password" ? "hunter3-mail" : RealMailServer.Password);
        await using var store = TempStore.Create();
        var channel = To(server, password);
        if (how == "nobody")
            channel.To.Add("nobody@example.com");
        if (how == "gone")
            await server.StopAsync();
        var delivery = store.DeliveryTo(channel);
        await store.Broker.OpenedAsync(TempStore.NewRequest(), Cancelled);
        var failure = await Assert.ThrowsAsync<NotificationException>(() => delivery.DeliverAsync(Cancelled));
        Assert.StartsWith(why, failure.Why, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter", failure.Message, StringComparison.Ordinal);
    }

    internal static ChannelOptions To(RealMailServer server, SecretInFile? password) => new()
    {
        Name = "mail",
        Type = ChannelKind.Email,
        Url = $"smtp://127.0.0.1:{server.Port}",
        From = "Undo <undo@example.com>",
        To = { "oncall@example.com", "lead@example.com" },
        User = password is null ? null : RealMailServer.User,
        SecretFile = password?.Path,
    };
}
