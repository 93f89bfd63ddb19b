using System.Text.Json;
using McpRollout.Tests.Tools;

namespace McpRollout.Tests.Packaging;

/// <summary>What is handed out names whose work it holds.</summary>
public class NoticesRules
{
    [Fact]
    public void EveryPackageThatIsHandedOutIsInTheNotices()
    {
        using var dependencies = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "mcp-rollout.deps.json")));
        string[] packages =
        [
            .. dependencies.RootElement.GetProperty("libraries").EnumerateObject()
                .Where(library => library.Value.GetProperty("type").GetString() == "package")
                .Select(library => library.Name.Split('/')[0]),
        ];
        var notices = File.ReadAllText(Path.Combine(SchemaFiles.Root, "THIRD-PARTY-NOTICES.txt"))
            .Split([' ', ',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(packages);
        Assert.Empty(packages.Except(notices));
    }
}
