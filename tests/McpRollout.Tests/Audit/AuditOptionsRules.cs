using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Storage;
using Microsoft.Extensions.Options;

namespace McpRollout.Tests.Audit;

public class AuditOptionsRules
{
    [Fact]
    public void TheDefaultsAreValid() => Assert.Empty(Errors(new()));

    [Fact]
    public void AllThatIsWrongIsReportedAtOnceWithItsRemedy()
    {
        var errors = Errors(new()
        {
            RotateBytes = 10,
            Deadline = TimeSpan.FromMinutes(1),
            Sinks = new() { File = SinkLevel.BestEffort, Webhook = SinkLevel.BestEffort },
            Webhook = new() { Url = "http://collector.example/audit" },
        });
        foreach (var key in new[] { "Audit:RotateBytes", "Audit:Deadline", "Audit:Sinks", "Audit:Webhook:Url", "Audit:Webhook:SecretFile" })
            Assert.Single(errors, error => error.StartsWith(key + " ", StringComparison.Ordinal)
                && error.Contains("write", StringComparison.Ordinal));
        Assert.Equal(5, errors.Count);
    }

    [Theory]
    [InlineData("https://collector.example/audit", true)]
    [InlineData("http://localhost:9000/audit", true)]
    [InlineData("http://[::1]:9000/audit", true)]
    [InlineData("http://127.0.0.1.example/audit", false)]
    [InlineData("https://user:password@collector.example/audit", false)]
    [InlineData("ftp://localhost/audit", false)]
    [InlineData("audit", false)]
    [InlineData(null, false)]
    public void AWebhookIsHttpsOrOnThisMachine(string? url, bool isValid)
    {
        using var secret = new TemporarySecret("0123456789abcdef");
        Assert.Equal(
            isValid,
            Errors(new()
            {
                Sinks = new() { Webhook = SinkLevel.BestEffort },
                Webhook = new() { Url = url, SecretFile = secret.Path },
            }).Count == 0);
    }

    [Theory]
    [InlineData("/mnt/elsewhere/anchor.jsonl", true)]
    [InlineData("https://collector.example/anchor", true)]
    [InlineData("http://localhost:9000/anchor", true)]
    [InlineData("http://collector.example/anchor", false)]
    [InlineData("https://user:password@collector.example/anchor", false)]
    [InlineData("ftp://localhost/anchor", false)]
    [InlineData("/", false)]
    [InlineData("/s/anchor.jsonl", false)]
    [InlineData(" ", false)]
    public void AnAnchorIsAFileElsewhereOrAnAddress(string anchor, bool isValid)
    {
        var errors = Errors(new() { File = "/s/audit.jsonl", Anchor = anchor });
        Assert.Equal(isValid, errors.Count == 0);
        Assert.All(errors, error =>
        {
            Assert.StartsWith("Audit:Anchor is ", error, StringComparison.Ordinal);
            Assert.Contains("write ", error, StringComparison.Ordinal);
            Assert.DoesNotContain("password@", error, StringComparison.Ordinal);
        });
        Assert.Contains("Audit:Sinks:File=Required", Errors(new()
        {
            Anchor = "/mnt/elsewhere/anchor.jsonl",
            Sinks = new() { File = SinkLevel.Off, StandardError = SinkLevel.Required },
        }).Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0123456789abcdef\n", UnixFileMode.UserRead, null)]
    [InlineData("0123456789abcdef\n", UnixFileMode.UserRead | UnixFileMode.OtherRead, "chmod 600")]
    [InlineData("short", UnixFileMode.UserRead, "openssl rand")]
    public void ASecretIsLongAndItsOwnersAlone(string text, UnixFileMode mode, string? remedy)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var secret = new TemporarySecret(text);
        File.SetUnixFileMode(secret.Path, mode);
        var errors = Errors(new()
        {
            Sinks = new() { Webhook = SinkLevel.Required },
            Webhook = new() { Url = "https://collector.example", SecretFile = secret.Path },
        });
        Assert.Equal(remedy is null, errors.Count == 0);
        Assert.All(errors, error => Assert.Contains(remedy!, error, StringComparison.Ordinal));
    }

    private static List<string> Errors(AuditOptions options) =>
        [.. new AuditOptionsValidation(Options.Create(new StorageOptions())).Validate(null, options).Failures ?? []];

    private sealed class TemporarySecret : IDisposable
    {
        public TemporarySecret(string text) => File.WriteAllText(Path, text);

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
