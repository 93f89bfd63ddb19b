using McpRollout.Benchmarks;

// Usage: dotnet run -c Release --project tests/McpRollout.Benchmarks [-- PROGRAM], with a published mcp-rollout; without one it measures the build's own.
// Measures against the cluster of KUBECONFIG and ROLLOUT_TEST_CONTEXT if both are set, else against a practice cluster of its own.
const int runs = 20;
await using var subject = await Subject.PrepareAsync(args is [var named] ? named : Path.Combine(AppContext.BaseDirectory, "mcp-rollout"));
Console.WriteLine($"{Environment.ProcessorCount} cores, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}, .NET {Environment.Version}, {subject.ClusterName}; median of {runs} runs.");
Console.WriteLine();

var table = new Table();
table.Add("cold start to the answer of `tools/list`", "mcp-rollout", await ColdStart.MeasureAsync(subject.Program, subject.Settings, runs));
foreach (var (name, command) in Peers.Installed())
    table.Add("cold start to the answer of `tools/list`", name, await ColdStart.MeasureAsync(command, [], runs));

var warm = await WarmHistory.MeasureAsync(subject, runs * 10);
table.Add("history of 10 revisions", "`k8s_rollout_history`, warm", warm.Tool);
table.Add("history of 10 revisions", "its three HTTP requests alone, warm", warm.Http);
table.Add("history of 10 revisions", "`kubectl rollout history`", await KubectlHistory.MeasureAsync(subject, runs));
table.Print();
