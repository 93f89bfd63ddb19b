using Microsoft.Extensions.Configuration;

namespace McpRollout.Hosting;

/// <summary>Where settings come from: the file beside the program, the environment, the command line; the last one counts.</summary>
internal static class Settings
{
    /// <summary>What settings in the environment begin with.</summary>
    public const string EnvironmentPrefix = "MCPROLLOUT_";

    /// <summary>
    /// Reads them. The file is the one beside the program, never one of the working folder: an IDE starts the server in whatever project is
    /// open, and a project must not say which cluster is changed or where the audit goes.
    /// </summary>
    public static IConfigurationRoot Read(string[] commandLine) => new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true, reloadOnChange: false)
        .AddEnvironmentVariables(EnvironmentPrefix)
        .AddCommandLine(commandLine)
        .Build();
}
