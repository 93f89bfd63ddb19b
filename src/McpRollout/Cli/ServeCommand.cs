using System.CommandLine;
using McpRollout.Hosting;

namespace McpRollout.Cli;

/// <summary><c>serve</c>: for agents that call over HTTP.</summary>
internal static class ServeCommand
{
    public static Command Create(string[] settings)
    {
        var serve = new Command("serve",
            "Serves agents over HTTP at /mcp, each with a token of its own, and hosts approvals: page, executor, store and audit. Runs "
                + "until it is stopped.");
        serve.SetAction((_, _) => Server.RunAsync(settings, servesAgent: false, mustServeHttp: true));
        return serve;
    }
}
