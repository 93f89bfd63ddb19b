using McpRollout.Hosting;

namespace McpRollout.Cli;

/// <summary><c>audit tail</c>: the last records as lines for a person, and those to come, across files that are put aside.</summary>
internal static class AuditTail
{
    private const int Length = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Follows until it is interrupted.</summary>
    public static async Task<int> FollowAsync(AuditPaths paths, CancellationToken cancellationToken)
    {
        var parts = paths.Parts();
        if (parts.Count == 0 && !File.Exists(paths.File))
            return ExitCodes.Fail($"There is no audit file {paths.File} yet.");
        var reader = Open(paths.File);
        try
        {
            foreach (var line in parts.TakeLast(1).SelectMany(AuditPaths.LinesOf).Concat(Rest(reader)).TakeLast(Length).ToList())
                Terminal.WriteLine(Readable(line));
            while (true)
            {
                await Task.Delay(Pause, TimeProvider.System, cancellationToken);
                var aside = paths.Parts();
                foreach (var line in Rest(reader))
                    Terminal.WriteLine(Readable(line));
                if (aside.Count == parts.Count && reader != StreamReader.Null)
                    continue;

                // What was followed has been put aside, and perhaps more since.
                foreach (var line in aside.Skip(reader == StreamReader.Null ? parts.Count : parts.Count + 1).SelectMany(AuditPaths.LinesOf))
                    Terminal.WriteLine(Readable(line));
                parts = aside;
                reader.Dispose();
                reader = Open(paths.File);
            }
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Done;
        }
        finally
        {
            reader.Dispose();
        }
    }

    /// <summary>A record as one line for a person.</summary>
    public static string Readable(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var record = document.RootElement;
            var target = record.GetProperty("target");
            var what = target.ValueKind == JsonValueKind.Object
                ? $"{Text(target, "namespace")}/{Text(target, "resource_type")}/{Text(target, "name")} {Text(target, "from_revision")} -> "
                    + $"{Text(target, "to_revision")}  {Text(record, "request_id")}"
                : "";
            var actor = record.GetProperty("actor");
            return VisibleText.Of(string.Create(
                CultureInfo.InvariantCulture,
                $"{Text(record, "seq"),4}  {Text(record, "time")}  {Text(record, "event"),-18}  {Text(actor, "kind")} "
                    + $"{Text(actor, "name")}  {what}{Pod(record)}").TrimEnd());
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return VisibleText.Of(line);
        }
    }

    private static string Pod(JsonElement record) =>
        record.TryGetProperty("detail", out var detail) && detail.ValueKind == JsonValueKind.Object
            && detail.TryGetProperty("pod", out var pod) ? $"  pod {pod}" : "";

    private static StreamReader Open(string path) => File.Exists(path)
        ? new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
        : StreamReader.Null;

    private static IEnumerable<string> Rest(StreamReader reader)
    {
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).ToString();
}
