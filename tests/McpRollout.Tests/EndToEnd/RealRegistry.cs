using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using McpRollout.Processes;

namespace McpRollout.Tests.EndToEnd;

/// <summary>Debian's <c>docker-registry</c> on a port of its own. Without the program the test is skipped, in CI it fails.</summary>
internal sealed class RealRegistry : IAsyncDisposable
{
    public const string User = "puller";
    public const string Password = "hunter2-registry";

    private const string Program = "/usr/bin/docker-registry";

    // bcrypt of the password; the registry takes no other hash.
    private const string Hash = "$2b$05$abcdefghijklmnopqrstuulZu.ILEXqeNBq7QTUS3kx8ZZIO3trhO";

    private readonly Process _process;
    private readonly DirectoryInfo _folder;
    private readonly HttpClient _http;

    private RealRegistry(Process process, DirectoryInfo folder, string host, bool isLocked)
    {
        (_process, _folder, Host) = (process, folder, host);
        _http = new() { BaseAddress = new($"http://{host}/") };
        if (isLocked)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Pair);
    }

    /// <summary>User and password as docker's config.json has them.</summary>
    public static string Pair => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"));

    /// <summary>As names of images begin.</summary>
    public string Host { get; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<RealRegistry> StartAsync(bool isLocked = false)
    {
        if (!File.Exists(Program))
        {
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") is not null, "docker-registry is not installed.");
            Assert.Fail("docker-registry is not installed.");
        }

        var folder = Directory.CreateTempSubdirectory("mcp-rollout-registry-");
        var users = Path.Combine(folder.FullName, "htpasswd");
        await File.WriteAllTextAsync(users, $"{User}:{Hash}\n", Cancelled);
        var host = $"127.0.0.1:{FreePort.Next()}";
        var settings = Path.Combine(folder.FullName, "config.yml");
        var auth = isLocked ? $"auth: {{ htpasswd: {{ realm: test, path: {users} }} }}" : "";
        await File.WriteAllTextAsync(settings, $$"""
            version: 0.1
            storage:
              filesystem: { rootdirectory: {{folder.FullName}}/data }
            http: { addr: "{{host}}" }
            {{auth}}
            """, Cancelled);
        var process = Process.Start(new ProcessStartInfo(Program, ["serve", settings])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var registry = new RealRegistry(process, folder, host, isLocked);
        await registry.UntilUpAsync();
        return registry;
    }

    /// <summary>Pushes an image of nothing; the answer is its digest.</summary>
    public async Task<string> PushAsync(string repository, string tag)
    {
        var config = Encoding.UTF8.GetBytes($"{{\"architecture\":\"amd64\",\"os\":\"linux\",\"comment\":\"{repository}:{tag}\"}}");
        var digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(config))}";
        using var begun = await _http.PostAsync($"v2/{repository}/blobs/uploads/", null, Cancelled);
        var place = begun.Headers.Location!.ToString();
        using var blob = new ByteArrayContent(config);
        using var uploaded = await _http.PutAsync($"{place}{(place.Contains('?') ? '&' : '?')}digest={Uri.EscapeDataString(digest)}", blob,
            Cancelled);
        Assert.Equal(HttpStatusCode.Created, uploaded.StatusCode);
        using var manifest = new StringContent($$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","layers":[],
             "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{digest}}","size":{{config.Length}} } }
            """, Encoding.UTF8, new MediaTypeHeaderValue("application/vnd.oci.image.manifest.v1+json"));
        using var put = await _http.PutAsync($"v2/{repository}/manifests/{tag}", manifest, Cancelled);
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        return put.Headers.GetValues("Docker-Content-Digest").Single();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task UntilUpAsync()
    {
        while (!_process.HasExited)
        {
            try
            {
                using var answer = await _http.GetAsync("v2/", Cancelled);
                return;
            }
            catch (HttpRequestException)
            {
                Cancelled.ThrowIfCancellationRequested();
            }
        }

        Assert.Fail($"docker-registry ended with {_process.ExitCode}.");
    }
}
