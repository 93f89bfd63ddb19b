using McpRollout.Commands;
using McpRollout.Hosting;

var (settings, words) = SettingArguments.Split(args);
return words is []
    ? await Server.RunAsync(settings).ConfigureAwait(false)
    : await CommandLine.RunAsync(words, settings).ConfigureAwait(false);
