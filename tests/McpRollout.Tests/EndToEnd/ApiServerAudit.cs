using System.Text.Json;
using McpRollout.Rollouts.Json;

namespace McpRollout.Tests.EndToEnd;

/// <summary>The audit log of the API server that the environment names (<c>.ci/audited</c>): what it accepted, by its own word.</summary>
internal static class ApiServerAudit
{
    private static readonly string? Log = Environment.GetEnvironmentVariable("ROLLOUT_TEST_AUDIT_LOG");
    private static readonly Lock Reading = new();
    private static readonly Dictionary<(string? Namespace, string? Name), int> Accepted = [];
    private static long _read;

    /// <summary>Whether there is one; in CI there must be.</summary>
    public static bool IsKept
    {
        get
        {
            Assert.True(Log is not null || Environment.GetEnvironmentVariable("CI") is null, "CI has no audit log of the API server.");
            return Log is not null;
        }
    }

    /// <summary>How many patches of undos it accepted for a workload: those that are JSON Patches, as a fence is not, and no dry
    /// run.</summary>
    public static int AcceptedPatches(string @namespace, string name)
    {
        lock (Reading)
        {
            ReadOn();
            return Accepted.GetValueOrDefault((@namespace, name));
        }
    }

    // Whole lines only: the server may be in the middle of one.
    private static void ReadOn()
    {
        using var file = new FileStream(Log!, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = _read;
        using var reader = new StreamReader(file);
        var text = reader.ReadToEnd();
        var whole = text[..(text.LastIndexOf('\n') + 1)];
        _read += System.Text.Encoding.UTF8.GetByteCount(whole);
        foreach (var line in whole.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var entry = JsonDocument.Parse(line);
            if (!IsAcceptedUndo(entry.RootElement))
                continue;
            var about = (entry.RootElement.TextAt("objectRef", "namespace"), entry.RootElement.TextAt("objectRef", "name"));
            Accepted[about] = Accepted.GetValueOrDefault(about) + 1;
        }
    }

    private static bool IsAcceptedUndo(JsonElement entry) =>
        entry.TextAt("stage") == "ResponseComplete"
        && entry.TextAt("requestURI") is { } path && path.Contains("fieldManager=mcp-rollout", StringComparison.Ordinal)
        && !path.Contains("dryRun", StringComparison.Ordinal)
        && entry.NumberAt("responseStatus", "code") == 200
        && entry.At("requestObject") is { ValueKind: JsonValueKind.Array };
}
