namespace McpRollout.Tests.Architecture;

/// <summary>What is read must fit: a line on a screen, a file in the head, a folder at a glance.</summary>
public class SizeRules
{
    private const int WidestLine = 140;
    private const int LongestFile = 250;
    private const int LargestFolder = 25;

    /// <summary>Text within raw literals, such as a page's or a prompt's, has its own lines.</summary>
    [Fact]
    public void NoLineIsWiderThanAScreen() =>
        Assert.Empty(Sources.In("src").Concat(Sources.In("tests")).SelectMany(file => CodeLines(file)
            .Where(line => line.Text.Length > WidestLine)
            .Select(line => $"{file}:{line.Number} has {line.Text.Length} characters")));

    [Fact]
    public void NoFileOfTheProductIsLongerThanItsReadersMemory() =>
        Assert.DoesNotContain(Sources.In("src"), file => Sources.Lines(file).Length > LongestFile);

    [Fact]
    public void NoFolderOfTheProductHasMoreFilesThanAGlanceTakesIn() =>
        Assert.DoesNotContain(
            Sources.In("src").CountBy(file => file[..file.LastIndexOf('/')]), folder => folder.Value > LargestFolder);

    private static IEnumerable<(int Number, string Text)> CodeLines(string file)
    {
        var isRaw = false;
        foreach (var (index, line) in Sources.Lines(file).Index())
        {
            var marks = line.Split("\"\"\"").Length - 1;
            if (!isRaw && marks == 0)
                yield return (index + 1, line);
            isRaw ^= marks % 2 == 1;
        }
    }
}
