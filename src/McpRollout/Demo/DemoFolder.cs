namespace McpRollout.Demo;

/// <summary>A folder of this run, removed with all that is in it unless it is to be kept.</summary>
internal sealed class DemoFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("mcp-rollout-demo-").FullName;

    public bool IsKept { get; set; }

    public void Dispose()
    {
        if (IsKept)
            return;
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(VisibleText.Lines($"{Path} could not be removed: {failure.Message}"));
        }
    }
}
