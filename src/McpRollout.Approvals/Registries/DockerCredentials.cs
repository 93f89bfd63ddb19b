using System.ComponentModel;
using System.Diagnostics;
using System.Net.Http.Headers;

namespace McpRollout.Approvals.Registries;

/// <summary>
/// What the server's own user keeps for registries in docker's <c>config.json</c>, or has a credential helper keep
/// (https://docs.docker.com/reference/cli/docker/login/#credential-stores). The cluster's Secrets are never read.
/// </summary>
internal static class DockerCredentials
{
    private const int Longest = 1 << 20;

    /// <summary>The credentials for a registry; null without any, and where they cannot be read.</summary>
    /// <param name="registry">The registry's host.</param>
    /// <param name="folder">Where <c>config.json</c> is.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public static async Task<AuthenticationHeaderValue?> ForAsync(string registry, string folder, CancellationToken cancellationToken)
    {
        if (await ReadAsync(Path.Combine(folder, "config.json"), cancellationToken) is not { } config)
            return null;
        foreach (var name in NamesOf(registry))
        {
            var helper = config.TextAt("credHelpers", name) ?? config.TextAt("credsStore");
            if (helper is { Length: > 0 } && await AskAsync(helper, name, cancellationToken) is { } kept)
                return Basic(kept.TextAt("Username"), kept.TextAt("Secret"));
            if (config.At("auths", name) is { } entry && OfEntry(entry) is { } given)
                return given;
        }

        return null;
    }

    /// <summary>Where docker looks for its configuration.</summary>
    public static string Folder => Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } folder
        ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker");

    private static string[] NamesOf(string registry) => registry == "docker.io"
        ? ["https://index.docker.io/v1/", "index.docker.io", "docker.io"]
        : [registry, $"https://{registry}", $"https://{registry}/v2/", $"https://{registry}/v1/"];

    private static AuthenticationHeaderValue? OfEntry(JsonElement entry) =>
        entry.TextAt("auth") is { Length: > 0 } pair ? new AuthenticationHeaderValue("Basic", pair.Trim())
        : Basic(entry.TextAt("username"), entry.TextAt("password"));

    // "<token>" is how a helper says that the secret is an identity token, with which this program cannot do anything.
    private static AuthenticationHeaderValue? Basic(string? user, string? secret) =>
        user is { Length: > 0 } and not "<token>" && secret is not null
        ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{secret}")))
        : null;

    private static async Task<JsonElement?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: <= Longest }
                ? JsonElement.Parse(await File.ReadAllBytesAsync(path, cancellationToken))
                : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    // The program's name is a part of the user's own configuration; what it may not have is a path.
    private static async Task<JsonElement?> AskAsync(string helper, string registry, CancellationToken cancellationToken)
    {
        if (helper.AsSpan().ContainsAny('/', '\\'))
            return null;
        var start = new ProcessStartInfo($"docker-credential-{helper}", ["get"])
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
            await process.StandardInput.WriteAsync(registry.AsMemory(), cancellationToken);
            process.StandardInput.Close();
            _ = process.StandardError.ReadToEndAsync(cancellationToken);
            var said = await process.StandardOutput.ReadToEndAsync(cancellationToken).WaitAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? JsonElement.Parse(said) : null;
        }
        catch (Exception unusable) when (unusable is Win32Exception or IOException or JsonException)
        {
            return null;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
