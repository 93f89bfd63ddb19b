using System.Security.Cryptography;
using McpRollout.Rollouts.Json;

namespace McpRollout.Rollouts.Helm;

/// <summary>A chart as a record names it.</summary>
/// <param name="Name">The chart's name.</param>
/// <param name="Version">The chart's version.</param>
/// <param name="AppVersion">The version of what it installs, in the chart's words; null where it gives none.</param>
internal sealed record ReleaseChart(string Name, string Version, string? AppVersion)
{
    /// <summary>As <c>helm history</c> shows it.</summary>
    public override string ToString() => $"{Name}-{Version}";
}

/// <summary>An object that Helm creates at a point of its work, outside of the release.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name.</param>
/// <param name="Events">When Helm creates it, such as <c>pre-rollback</c>.</param>
/// <param name="Manifest">Its manifest.</param>
internal sealed record ReleaseHook(string Kind, string Name, IReadOnlyList<string> Events, string Manifest)
{
    /// <summary>Its objects; usually one.</summary>
    public ReleaseManifest Parts => field ??= ReleaseManifest.Read(Manifest);

    /// <summary>Whether a rollback to the revision that has it runs it.</summary>
    public bool RunsOnRollback => Events.Contains("pre-rollback") || Events.Contains("post-rollback");
}

/// <summary>What Helm keeps of one revision, but for the chart itself.</summary>
/// <param name="Release">The release's name.</param>
/// <param name="Revision">The revision's number.</param>
/// <param name="Status">What Helm says of it.</param>
/// <param name="Chart">The chart.</param>
internal sealed record ReleaseRecord(string Release, long Revision, ReleaseStatus Status, ReleaseChart Chart)
{
    private const int MostHooks = 1000;

    /// <summary>Helm's words, or those of whoever called it.</summary>
    public string? Description { get; init; }

    /// <summary>When Helm began with it.</summary>
    public DateTimeOffset? DeployedAt { get; init; }

    /// <summary>The values that were given besides those of the chart. Secret ones are among them.</summary>
    public JsonElement? Values { get; init; }

    /// <summary>What it put into the cluster, hooks aside.</summary>
    public required ReleaseManifest Manifest { get; init; }

    public IReadOnlyList<ReleaseHook> Hooks { get; init; } = [];

    /// <summary>Whether Helm wrote its objects by server-side apply, as a rollback to it does then.</summary>
    public bool IsApplied { get; init; }

    /// <summary>SHA-256, in lower-case hex, over what a rollback brings back: the chart's name and version, the manifest and the hooks. The
    /// revision that Helm makes of it has the same. Values are left out: Helm writes their numbers anew.</summary>
    public required string Digest { get; init; }

    /// <summary>Reads a record as it is stored.</summary>
    /// <exception cref="JsonException">It cannot be read; the message says why, and nothing of what it holds.</exception>
    public static ReleaseRecord Read(JsonElement stored)
    {
        var bytes = RecordText.Unpacked(stored);
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return Of(document.RootElement);
        }
        catch (JsonException damaged) when (damaged.LineNumber is not null)
        {
            // The parser's own words quote what it stumbled over.
            throw new JsonException("it is damaged: what is packed is no JSON");
        }
    }

    private static ReleaseRecord Of(JsonElement record)
    {
        if (record.At("hooks") is { ValueKind: JsonValueKind.Array } hooks && hooks.GetArrayLength() > MostHooks)
            throw new JsonException($"it has more than {MostHooks} hooks");

        var (info, chart) = (record.At("info") ?? default, record.At("chart", "metadata") ?? default);
        return record.TextAt("name") is { } name && record.NumberAt("version") is { } revision
            ? new(name, revision, ReleaseStatuses.Parse(info.TextAt("status")),
                new(chart.TextAt("name") ?? "", chart.TextAt("version") ?? "", chart.TextAt("appVersion")))
            {
                Description = info.TextAt("description"),
                DeployedAt = info.MomentAt("last_deployed"),
                Values = record.At("config")?.Clone(),
                Manifest = ReleaseManifest.Read(record.TextAt("manifest") ?? ""),
                Hooks = [.. record.ItemsAt("hooks").Select(HookOf)],
                IsApplied = record.TextAt("apply_method") == "ssa",
                Digest = DigestOf(record, chart),
            }
            : throw new JsonException("it names no release and no revision");
    }

    private static string DigestOf(JsonElement record, JsonElement chart) =>
        Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Bytes(new JsonObject
        {
            ["chart"] = chart.TextAt("name"),
            ["version"] = chart.TextAt("version"),
            ["manifest"] = record.TextAt("manifest"),
            ["hooks"] = new JsonArray([.. record.ItemsAt("hooks").Select(hook => new JsonObject
            {
                ["name"] = hook.TextAt("name"),
                ["events"] = new JsonArray([.. hook.ItemsAt("events").Select(moment => JsonValue.Create(moment.Text()))]),
                ["manifest"] = hook.TextAt("manifest"),
            })]),
        })));

    private static ReleaseHook HookOf(JsonElement hook) => new(
        hook.TextAt("kind") ?? "",
        hook.TextAt("name") ?? "",
        [.. hook.ItemsAt("events").Select(moment => moment.Text() ?? "")],
        hook.TextAt("manifest") ?? "");
}
