using McpRollout;
using McpRollout.Hosting;

// Standard input is read by a thread that waits. On one core, or within a container's limit of one, it would be the only one.
ThreadPool.GetMinThreads(out var workers, out var ports);
ThreadPool.SetMinThreads(Math.Max(workers, 4), ports);

var (settings, words) = SettingArguments.Split(args);
return words is [] ? await Server.RunAsync(settings, servesAgent: true) : await CommandLine.RunAsync(words, settings);
