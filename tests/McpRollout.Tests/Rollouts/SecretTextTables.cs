using McpRollout.Rollouts.Text;

namespace McpRollout.Tests.Rollouts;

/// <summary>Two tables from what people and programs really write: what must be masked, and what must stay as it is.</summary>
public sealed class SecretTextTables
{
    private static readonly string[] Kept = Read("kept");

    private static readonly (string Text, string Secret)[] Masked =
        [.. Read("masked").Select(row => row.Split(" ==> ")).Select(row => (row[0], row[1]))];

    [Fact]
    public void The_tables_are_long() => Assert.True(Masked.Length >= 200 && Kept.Length >= 200, $"{Masked.Length}, {Kept.Length}");

    [Fact]
    public void The_secret_of_every_row_is_masked()
    {
        var open = Masked.Where(row => SecretText.Mask(row.Text).Contains(row.Secret, StringComparison.Ordinal)).ToList();
        TestReport.Add($"SecretTextTables: {Masked.Length - open.Count} of {Masked.Length} secrets masked.");
        Assert.True(open.Count == 0, string.Join('\n', open.Select(row => $"{row.Text} ==> {SecretText.Mask(row.Text)}")));
    }

    [Fact]
    public void What_holds_no_secret_stays_as_it_is()
    {
        var changed = Kept.Where(text => SecretText.Mask(text) != text).ToList();
        TestReport.Add($"SecretTextTables: {Kept.Length - changed.Count} of {Kept.Length} texts without a secret left as they are.");
        Assert.True(changed.Count == 0, string.Join('\n', changed.Select(text => $"{text} ==> {SecretText.Mask(text)}")));
    }

    private static string[] Read(string name)
    {
        using var reader = new StreamReader(typeof(SecretTextTables).Assembly.GetManifestResourceStream($"masking/{name}.txt")!);
        return
        [
            .. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(line => !line.StartsWith("# ", StringComparison.Ordinal))
                .Select(line => line.Replace("{}", "", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal)),
        ];
    }
}
