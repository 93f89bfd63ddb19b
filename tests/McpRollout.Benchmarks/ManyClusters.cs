using System.Diagnostics;
using System.Globalization;
using McpRollout.PracticeCluster;

namespace McpRollout.Benchmarks;

/// <summary>One server for more and more clusters: its start, its memory, and how long a history takes in each.</summary>
internal static class ManyClusters
{
    private const int Starts = 10;
    private const int Rounds = 5;

    private static readonly int[] Sizes = [1, 10, 25, 50];

    /// <summary>Measures, and prints the figures as Markdown. The clusters are in this process, so that the memory is the server's
    /// alone.</summary>
    public static async Task RunAsync(string program)
    {
        var folder = Directory.CreateTempSubdirectory("mcp-rollout-clusters-");
        List<EmbeddedCluster> clusters = [];
        List<string> named = [];
        List<(int Clusters, double Start, Memory Fresh, Memory Asked, double First, double Warm)> found = [];
        foreach (var size in Sizes)
        {
            while (clusters.Count < size)
            {
                var cluster = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { Seed = true }, CancellationToken.None);
                var kubeconfig = Path.Combine(folder.FullName, $"{clusters.Count}.yaml");
                await File.WriteAllTextAsync(kubeconfig, cluster.Kubeconfig);
                named.Add($"--Clusters:{NameOf(clusters.Count)}:Kubeconfig={kubeconfig}");
                named.Add($"--Clusters:{NameOf(clusters.Count)}:Context=practice");
                clusters.Add(cluster);
            }

            string[] settings =
                [.. named, $"--Storage:Path={Path.Combine(folder.FullName, "state.db")}", "--Approvals:Listen=http://localhost:17391"];
            var starts = await Turns.MeasureAsync(Starts, [() => ColdStart.ToToolsAsync(program, settings)]);
            await using var server = await Server.StartAsync(program, settings);
            var fresh = server.Memory();
            var first = await HistoriesAsync(server, size);
            List<double> warm = [];
            for (var round = 0; round < Rounds; round++)
                warm.AddRange(await HistoriesAsync(server, size));
            found.Add((size, Table.Median(starts[0]), fresh, server.Memory(), Table.Median(first), Table.Median([.. warm])));
        }

        Console.WriteLine("| clusters | start to `tools/list` | memory then | memory once each was asked | first history | warm history |");
        Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var each in found)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {each.Clusters} | {each.Start:0} ms | "
                + $"{each.Fresh.Proportional:0.0} MiB | {each.Asked.Proportional:0.0} MiB | {each.First:0.0} ms | {each.Warm:0.0} ms |"));
        Table.PrintCurve("Memory by clusters, each asked once", "MiB", [.. found.Select(each => (each.Clusters, each.Asked.Proportional))]);
        foreach (var cluster in clusters)
            await cluster.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private static string NameOf(int at) => $"cluster-{at}";

    private static async Task<double[]> HistoriesAsync(Server server, int clusters)
    {
        List<double> taken = [];
        for (var at = 0; at < clusters; at++)
        {
            var started = Stopwatch.GetTimestamp();
            await server.CallAsync("k8s_rollout_history", clusters == 1
                ? (object)new { resource_type = "deployment", @namespace = "shop", name = "checkout" }
                : new { cluster = NameOf(at), resource_type = "deployment", @namespace = "shop", name = "checkout" });
            taken.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return [.. taken];
    }
}
