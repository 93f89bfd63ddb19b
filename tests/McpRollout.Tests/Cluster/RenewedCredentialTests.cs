using McpRollout.Kubernetes;
using McpRollout.Kubernetes.Connections;
using McpRollout.Kubernetes.Kubeconfigs;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Objects;
using McpRollout.Tests.EndToEnd;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using static McpRollout.Tests.Cluster.ScriptedServer;

namespace McpRollout.Tests.Cluster;

/// <summary>What a process does that runs longer than its credentials are valid: the files change, and nobody restarts it.</summary>
public sealed class RenewedCredentialTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("renewed").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Config => Path.Combine(_folder, "config");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("{token: old}", "{token: new}", "Bearer old", "Bearer new")]
    [InlineData("{token: old}", "{tokenFile: token}", "Bearer old", "Bearer from-file")]
    [InlineData("{tokenFile: token}", "{tokenFile: other}", "Bearer from-file", "Bearer from-other")]
    [InlineData("{username: u, password: old}", "{username: u, password: new}", "Basic dTpvbGQ=", "Basic dTpuZXc=")]
    public async Task After_a_401_the_kubeconfig_is_read_again_for_writes_too(string before, string after, string old, string @new)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "token"), "from-file", Cancel);
        await File.WriteAllTextAsync(Path.Combine(_folder, "other"), "from-other", Cancel);
        var renewed = "";
        await using var server = await StartAsync(Renewing(() => Write(renewed)), Json(200, "{}"));
        renewed = Kubeconfig($"{{server: '{server.Url}'}}", after);
        Write(Kubeconfig($"{{server: '{server.Url}'}}", before));
        using var source = Source();
        var answer = await Client(source).PatchWorkloadAsync(Checkout, "[]"u8.ToArray(), Cancel);

        Assert.True(answer.Succeeded, answer.Failure?.Message);
        Assert.Equal([old, @new], server.Requests.Select(seen => seen.Headers["Authorization"]));
        Assert.Same((await source.ConnectAsync(Cancel)).Value, (await source.ConnectAsync(Cancel)).Value);
    }

    [Fact]
    public async Task A_credential_that_did_not_change_is_not_sent_twice_and_one_that_changes_later_is_read()
    {
        await using var server = await StartAsync(Status(401, "Unauthorized"), Status(401, "Unauthorized"), Json(200, "{}"));
        Write(Kubeconfig($"{{server: '{server.Url}'}}", "{token: old}"));
        using var source = Source();
        var client = Client(source);
        var failure = (await GetAsync(client)).Failure!;
        Assert.EndsWith("(401). Sign in anew, or correct the user in the kubeconfig.", failure.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);

        Write(Kubeconfig($"{{server: '{server.Url}'}}", "{token: new}"));
        Assert.True((await GetAsync(client)).Succeeded);
        Assert.Equal(["Bearer old", "Bearer old", "Bearer new"], server.Requests.Select(seen => seen.Headers["Authorization"]));
    }

    [Fact]
    public async Task Requests_that_are_refused_together_have_the_plugin_asked_once()
    {
        var both = new Barrier(2);
        await using var server = await StartAsync(Together(), Together(), Json(200, "{}"));
        Write(Kubeconfig($"{{server: '{server.Url}'}}", Plugin()));
        using var source = Source();
        var client = Client(source);
        var answers = await Task.WhenAll(GetAsync(client), GetAsync(client));
        Assert.All(answers, answer => Assert.True(answer.Succeeded));
        Assert.Equal(2, (await File.ReadAllLinesAsync(Path.Combine(_folder, "runs"), Cancel)).Length);

        Func<Microsoft.AspNetCore.Http.HttpContext, Task> Together() => async context =>
        {
            await Task.Run(() => both.SignalAndWait(Cancel), Cancel);
            await Status(401, "Unauthorized")(context);
        };
    }

    [Theory]
    [InlineData("{server: 'https://elsewhere:6443'}", "{token: new}", "names another server now")]
    [InlineData("{server: 'URL'}", "{token: new, as: root}", "names another user now")]
    [InlineData("{server: 'URL'}", "{username: other, password: new}", "names another user now")]
    public async Task Another_server_or_user_in_the_file_is_not_taken_and_said(string cluster, string user, string expected)
    {
        await using var server = await StartAsync(Status(401, "Unauthorized"));
        Write(Kubeconfig($"{{server: '{server.Url}'}}", "{token: old}"));
        using var source = Source();
        var client = Client(source);
        await client.IdentifyAsync(Cancel);

        Write(Kubeconfig(cluster.Replace("URL", server.Url, StringComparison.Ordinal), user));
        var failure = (await GetAsync(client)).Failure!;
        Assert.Equal(ClusterFailureKind.Unauthorized, failure.Kind);
        Assert.Contains($"{Config}: context 'test' {expected}; this process stays with the one that it began with.", failure.Message,
            StringComparison.Ordinal);
        Assert.Equal("Bearer old", server.Requests.Single().Headers["Authorization"]);
    }

    [Fact]
    public async Task A_switched_context_changes_nothing_and_a_broken_file_is_said()
    {
        await using var server = await StartAsync(Status(401, "Unauthorized"), Json(200, "{}"), Status(401, "Unauthorized"));
        var config = Kubeconfig($"{{server: '{server.Url}'}}", "{token: old}");
        Write(config);
        using var source = Source();
        var client = Client(source);
        await client.IdentifyAsync(Cancel);

        Write(config.Replace("old", "new", StringComparison.Ordinal)
            .Replace("current-context: test", "current-context: other", StringComparison.Ordinal));
        Assert.True((await GetAsync(client)).Succeeded);
        Write("{");
        Assert.Contains($"{Config} is not valid YAML", (await GetAsync(client)).Failure!.Message, StringComparison.Ordinal);
        Assert.Equal(["Bearer old", "Bearer new", "Bearer new"], server.Requests.Select(seen => seen.Headers["Authorization"]));
    }

    [Fact]
    public async Task Renewed_certificate_files_are_shown_on_a_socket_of_their_own_unless_they_are_somebody_elses()
    {
        using var authority = new TestAuthority();
        var (oldPem, oldKey, oldPrint) = authority.ClientCertificate(TestAuthority.KeyForm.EcPkcs8);
        var (newPem, newKey, newPrint) = authority.ClientCertificate(TestAuthority.KeyForm.RsaPkcs1);
        var (otherPem, otherKey, _) = authority.ClientCertificate(TestAuthority.KeyForm.EcPkcs8, "somebody-else");
        var refused = 0;
        await using var server = await TlsTests.ServeAsync(authority.ServerCertificate(), context =>
            context.Connection.ClientCertificate?.Thumbprint == oldPrint || Volatile.Read(ref refused) != 0
                ? Status(401, "Unauthorized")(context)
                : Json(200, "{}")(context));
        Certify(oldPem, oldKey);
        Write(Kubeconfig(
            $"{{server: 'https://127.0.0.1:{server.Port}', certificate-authority-data: {authority.Data}}}",
            "{client-certificate: client.crt, client-key: client.key}"));
        using var source = Source();
        var client = Client(source);
        await client.IdentifyAsync(Cancel);

        Certify(newPem, newKey);
        Assert.True((await GetAsync(client)).Succeeded);
        Volatile.Write(ref refused, 1);
        Certify(otherPem, otherKey);
        Assert.Contains("names another user now", (await GetAsync(client)).Failure!.Message, StringComparison.Ordinal);
        Assert.Equal([oldPrint, newPrint, newPrint], server.Requests.Select(seen => seen.ClientCertificate));

        void Certify(string pem, string key)
        {
            File.WriteAllText(Path.Combine(_folder, "client.crt"), pem);
            File.WriteAllText(Path.Combine(_folder, "client.key"), key);
        }
    }

    [Fact]
    public async Task A_real_api_server_takes_the_renewed_token_of_a_process_that_was_not_restarted()
    {
        await using var cluster = await ClusterUnderTest.RealAsync();
        var config = await cluster.KubectlAsync("config view --raw --flatten --minify --context=undoer");
        Write(System.Text.RegularExpressions.Regex.Replace(config, "token: .*", "token: expired"));
        using var source = Source();
        var client = Client(source);
        var workload = new WorkloadRef(ResourceType.Deployment, cluster.Namespace, "web");
        Assert.Equal(ClusterFailureKind.Unauthorized,
            (await client.GetWorkloadAsync(workload, Freshness.Latest, Cancel)).Failure?.Kind);

        Write(config);
        Assert.Equal(ClusterFailureKind.Forbidden, (await client.PatchWorkloadAsync(workload, "[]"u8.ToArray(), Cancel)).Failure?.Kind);
    }

    private static Func<Microsoft.AspNetCore.Http.HttpContext, Task> Renewing(Action renew) => context =>
    {
        renew();
        return Status(401, "Unauthorized")(context);
    };

    private static Task<ClusterAnswer<System.Text.Json.JsonElement>> GetAsync(ApiServerClient client) =>
        client.GetWorkloadAsync(Checkout, Freshness.Latest, Cancel);

    private KubeconfigSource Source() => new(
        new ClusterChoice(Options.Create(new ClusterOptions { Kubeconfig = Config }), Options.Create(new ClustersOptions())),
        new KubeconfigEnvironment(_ => null, _folder, _folder),
        TimeProvider.System,
        NullLogger<KubeconfigSource>.Instance);

    private void Write(string text) => File.WriteAllText(Config, text);

    private string Plugin()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The plugin is a shell script.");
        var file = Path.Combine(_folder, "plugin");
        File.WriteAllText(file, $$$"""
            #!/bin/sh
            echo run >> {{{_folder}}}/runs
            echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t"} }'

            """);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        return $"{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: {file}, interactiveMode: Never}}}}";
    }
}
