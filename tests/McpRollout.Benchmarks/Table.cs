namespace McpRollout.Benchmarks;

/// <summary>The figures as Markdown: medians, and each one's ratio to the first of its group.</summary>
internal sealed class Table
{
    private readonly List<(string What, string Who, double[] Milliseconds)> _rows = [];

    public void Add(string what, string who, double[] milliseconds) => _rows.Add((what, who, milliseconds));

    public void Print()
    {
        Console.WriteLine("| what | who | median | fastest | ratio |");
        Console.WriteLine("| --- | --- | ---: | ---: | ---: |");
        foreach (var group in _rows.GroupBy(row => row.What))
        {
            var first = Median(group.First().Milliseconds);
            foreach (var (what, who, milliseconds) in group)
                Console.WriteLine(FormattableString.Invariant($"| {what} | {who} | {Median(milliseconds):0.0} ms | {milliseconds.Min():0.0} ms | {Median(milliseconds) / first:0.00} |"));
        }
    }

    /// <summary>The middle one.</summary>
    public static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
