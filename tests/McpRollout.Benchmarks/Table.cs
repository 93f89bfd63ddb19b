using System.Globalization;
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
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {who} | {Median(milliseconds):0.0} ms | "
                    + $"{milliseconds.Min():0.0} ms | {Median(milliseconds) / first:0.00} |"));
        }
    }

    /// <summary>A curve as a diagram that Markdown shows (https://mermaid.js.org/syntax/xyChart.html), and how steep it is from its first
    /// to its last point.</summary>
    public static void PrintCurve(string title, string unit, IReadOnlyList<(int Size, double Value)> points)
    {
        Console.WriteLine();
        Console.WriteLine("```mermaid");
        Console.WriteLine("xychart-beta");
        Console.WriteLine($"    title \"{title}\"");
        Console.WriteLine($"    x-axis [{string.Join(", ", points.Select(point => point.Size))}]");
        Console.WriteLine($"    y-axis \"{unit}\" 0 --> {Math.Ceiling(points.Max(point => point.Value))}");
        var values = points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.Value:0.0}"));
        Console.WriteLine($"    line [{string.Join(", ", values)}]");
        Console.WriteLine("```");
        Console.WriteLine();
        var slope = (points[^1].Value - points[0].Value) / (points[^1].Size - points[0].Size) * 1000;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Slope: {slope:0.00} {unit} for each thousand."));
    }

    /// <summary>The middle one.</summary>
    public static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
