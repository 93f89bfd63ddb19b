using McpRollout.Approvals.Notifications;
using McpRollout.Tests.EndToEnd;
using Microsoft.Extensions.Options;

namespace McpRollout.Tests.Notifications;

public class NotificationOptionsRules
{
    [Theory]
    [InlineData(ChannelKind.Slack, "https://hooks.slack.com/services/T/B/X", true)]
    [InlineData(ChannelKind.Teams, "http://teams.example/hook", false)]
    [InlineData(ChannelKind.Ntfy, "https://ntfy.example/undo", true)]
    [InlineData(ChannelKind.Ntfy, "https://ntfy.example/", false)]
    [InlineData(ChannelKind.Alertmanager, "http://localhost:9093/api/v2/alerts", true)]
    [InlineData(ChannelKind.Alertmanager, "https://user:password@alerts.example/", false)]
    [InlineData(ChannelKind.Slack, "nowhere", false)]
    [InlineData(ChannelKind.Slack, null, false)]
    [InlineData(ChannelKind.Email, "smtps://mail.example:465", true)]
    [InlineData(ChannelKind.Email, "smtp://mail.example", true)]
    [InlineData(ChannelKind.Email, "https://mail.example", false)]
    internal void AnAddressIsOneThatNobodyElseReads(ChannelKind kind, string? url, bool isValid)
    {
        var channel = new ChannelOptions { Name = "ops", Type = kind, Url = url };
        if (kind == ChannelKind.Email)
        {
            channel.From = "undo@example.com";
            channel.To.Add("oncall@example.com");
        }

        var errors = Errors(channel);
        Assert.Equal(isValid, errors.Count == 0);
        Assert.All(errors, error => Assert.DoesNotContain("password@", error, StringComparison.Ordinal));
    }

    [Fact]
    public void AllThatIsWrongIsSaidAtOnceWithItsRemedy()
    {
        var channel = new ChannelOptions
        {
            Type = ChannelKind.Email,
            Url = "smtp://mail.example:587",
            From = "undo",
            User = "sender",
            To = { "a@b\r\nBcc: c@d" },
            When = { "everything" },
            Clusters = { " " },
            Namespaces = { "Shop" },
            ResourceTypes = { "pod" },
        };
        var errors = Errors(channel);
        foreach (var key in new[] { "Name", "From", "To", "User", "When", "Clusters", "Namespaces", "ResourceTypes" })
            Assert.Single(errors, error => error.StartsWith($"Notifications:0:{key} ", StringComparison.Ordinal));
        Assert.Equal(8, errors.Count);
    }

    [Theory]
    [InlineData(ChannelKind.Webhook, "SecretFile is not set")]
    [InlineData(ChannelKind.PagerDuty, "SecretFile is not set")]
    [InlineData(null, "Type is missing")]
    internal void WhatAChannelNeedsIsAskedFor(ChannelKind? kind, string error)
    {
        var channel = new ChannelOptions { Name = "ops", Type = kind, Url = "https://ops.example/" };
        Assert.Contains(error, Assert.Single(Errors(channel)), StringComparison.Ordinal);
    }

    [Fact]
    public void AFileWithASecretThatOthersCanReadIsRefused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        using var url = new SecretInFile("https://hooks.slack.com/services/T/B/X");
        var channel = new ChannelOptions { Name = "ops", Type = ChannelKind.Slack, UrlFile = url.Path };
        Assert.Empty(Errors(channel));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(url.Path, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Contains("chmod 600", Assert.Single(Errors(channel)), StringComparison.Ordinal);
    }

    [Fact]
    public void TwoChannelsOfOneNameAreRefused() => Assert.Contains(
        "give each a name of its own",
        Assert.Single(Errors(
            new ChannelOptions { Name = "ops", Type = ChannelKind.Slack, Url = "https://a.example/" },
            new ChannelOptions { Name = "OPS", Type = ChannelKind.Teams, Url = "https://b.example/" })),
        StringComparison.Ordinal);

    [Fact]
    public async Task TheProgramRefusesWhatIsWrongAtItsStart()
    {
        var result = await BuiltProgram.RunAsync(
            ["approvals", "list", "--Notifications:0:Type=pigeon", "--Notifications:0:Nam=ops", "--Notifications:1:Type=slack"]);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        foreach (var key in new[] { "Notifications:0:Type", "Notifications:0:Nam", "Notifications:1:Name", "Notifications:1:Url" })
            Assert.Contains(key, result.Errors, StringComparison.Ordinal);
    }

    private static List<string> Errors(params ChannelOptions[] channels)
    {
        var options = new NotificationOptions();
        options.Channels.AddRange(channels);
        return [.. new NotificationOptionsValidation().Validate(Options.DefaultName, options).Failures ?? []];
    }
}
