using McpRollout.Kubernetes;
using McpRollout.Kubernetes.Credentials;
using McpRollout.Rollouts.Cluster;
using static McpRollout.Tests.Cluster.ScriptedServer;

namespace McpRollout.Tests.Cluster;

/// <summary>Tokens from files and from plugins; the plugins are shell scripts.</summary>
public sealed class CredentialTests : IDisposable
{
    private const string Version = "client.authentication.k8s.io/v1";

    private readonly string _folder = Directory.CreateTempSubdirectory("credential").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task ATokenFileIsReadAgainAfterAMinute()
    {
        var clock = new ManualClock();
        await using var server = await StartAsync(Json(200, "{}"));
        var file = Path.Combine(_folder, "token");
        var client = server.Client(clock, $"{{tokenFile: {file}, token: ignored}}");

        await File.WriteAllTextAsync(file, "one\n", Cancel);
        await GetAsync(client);
        await File.WriteAllTextAsync(file, "two\n", Cancel);
        await GetAsync(client);
        clock.Advance(TimeSpan.FromMinutes(1));
        await GetAsync(client);

        Assert.Equal(["Bearer one", "Bearer one", "Bearer two"], Authorizations(server));
    }

    [Fact]
    public async Task ARefusedTokenFileIsReadAgainAtOnce_ForWritesToo()
    {
        var file = Path.Combine(_folder, "token");
        await File.WriteAllTextAsync(file, "old", Cancel);
        await using var server = await StartAsync(
            context =>
            {
                File.WriteAllText(file, "new");
                return Status(401, "Unauthorized")(context);
            },
            Json(200, "{}"));
        var answer = await server.Client(user: $"{{tokenFile: {file}}}").PatchWorkloadAsync(Checkout, "[]"u8.ToArray(), Cancel);
        Assert.True(answer.Succeeded);
        Assert.Equal(["Bearer old", "Bearer new"], Authorizations(server));
    }

    [Fact]
    public async Task ARefusedTokenOfTheKubeconfigIsNotSentTwice()
    {
        await using var server = await StartAsync(Status(401, "Unauthorized"));
        var failure = (await GetAsync(server.Client(user: "{token: t0psecret}"))).Failure!;
        Assert.Equal(ClusterFailureKind.Unauthorized, failure.Kind);
        Assert.Contains("Sign in anew", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("t0psecret", failure.ToString(), StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task APluginRunsOnceUntilItsTokenExpires()
    {
        var clock = new ManualClock();
        await using var server = await StartAsync(Json(200, "{}"));
        var client = server.Client(clock, Exec($$"""
            echo run >> {{_folder}}/runs
            echo '{"kind":"ExecCredential","apiVersion":"{{Version}}","status":{"token":"from-plugin","expirationTimestamp":"{{clock.GetUtcNow().AddMinutes(5):O}}"} }'
            """));

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => GetAsync(client)));
        Assert.Equal(1, Runs);
        clock.Advance(TimeSpan.FromMinutes(5));
        await GetAsync(client);
        Assert.Equal(2, Runs);
        Assert.All(Authorizations(server), sent => Assert.Equal("Bearer from-plugin", sent));
    }

    [Fact]
    public async Task ARefusedPluginTokenIsRenewedOnce()
    {
        await using var server = await StartAsync(Status(401, "Unauthorized"));
        var client = server.Client(user: Exec($"echo run >> {_folder}/runs\n{Print("t")}"));
        Assert.Equal(ClusterFailureKind.Unauthorized, (await GetAsync(client)).Failure?.Kind);
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(2, Runs);
    }

    [Fact]
    public async Task APluginGetsItsArgumentsEnvironmentAndClusterAndNoStdin()
    {
        await using var server = await StartAsync(Json(200, "{}"));
        var client = server.Client(user: Exec(
            $"""
            test -z "$(cat)" && echo "$1 $MODE" > {_folder}/seen
            echo "$KUBERNETES_EXEC_INFO" > {_folder}/info
            {Print("t")}
            """,
            "args: [get-token], env: [{name: MODE, value: quiet}], provideClusterInfo: true"));
        Assert.True((await GetAsync(client)).Succeeded);
        Assert.Equal("get-token quiet", (await File.ReadAllTextAsync(Path.Combine(_folder, "seen"), Cancel)).Trim());
        Assert.Equal(
            $$$$"""{"kind":"ExecCredential","apiVersion":"{{{{Version}}}}","spec":{"interactive":false"""
                + $$$$""","cluster":{"server":"{{{{server.Url}}}}"}}}""",
            (await File.ReadAllTextAsync(Path.Combine(_folder, "info"), Cancel)).Trim());
    }

    [Fact]
    public async Task AFailedPluginIsQuotedWithoutItsSecrets()
    {
        var client = Client(Kubeconfig("{server: 'https://127.0.0.1:1'}", Exec(
            """
            echo on-stdout-secret
            echo "cannot sign in with $SECRET: token eyJhbGciOi.eyJzdWIiOi.c2ln expired" >&2
            exit 3
            """,
            "env: [{name: SECRET, value: hunter2hunter2}]")));
        var failure = (await GetAsync(client)).Failure!;
        Assert.Equal(ClusterFailureKind.Unauthorized, failure.Kind);
        Assert.Contains("exit code 3 and said: cannot sign in with ***: token *** expired", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("on-stdout-secret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATokenThatAFailedPluginNamesIsMaskedThoughNobodyGaveItToThePlugin()
    {
        var token = string.Concat("abcdefgh", "1234", "5678");
        var client = Client(Kubeconfig("{server: 'https://127.0.0.1:1'}", Exec(
            $"""
            echo "refused: id_token {token} expired" >&2
            exit 1
            """)));

        var failure = (await GetAsync(client)).Failure!;

        Assert.Contains("refused: id_token *** expired", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(token, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo '{'", "it did not print valid JSON")]
    [InlineData("echo '{}'", "it did not print an ExecCredential")]
    [InlineData(
        """echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"t"}}'""",
        "in the version")]
    [InlineData(
        """echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{}}'""",
        "neither a token nor a client certificate")]
    [InlineData(
        """echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":"""
            + """{"token":"t","expirationTimestamp":"soon"}}'""",
        "is not a time")]
    public async Task AnUnusableAnswerOfAPluginIsToldInWords(string script, string expected)
    {
        var failure = (await GetAsync(Client(Kubeconfig("{server: 'https://127.0.0.1:1'}", Exec(script))))).Failure!;
        Assert.Equal(ClusterFailureKind.Unauthorized, failure.Kind);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("apiVersion: client.authentication.k8s.io/v1alpha1, command: x", "Set it to client.authentication.k8s.io/v1.")]
    [InlineData("apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Always", "needs a terminal")]
    [InlineData("apiVersion: client.authentication.k8s.io/v1, command: x", "Set it to IfAvailable in the exec section.")]
    [InlineData(
        "apiVersion: client.authentication.k8s.io/v1beta1, command: no-such-plugin, installHint: Get it from our wiki.",
        "not on PATH. Get it from our wiki.")]
    public async Task APluginThatCannotRunIsToldWithItsRemedy(string exec, string expected)
    {
        var failure = (await GetAsync(Client(Kubeconfig("{server: 'https://127.0.0.1:1'}", $"{{exec: {{{exec}}}}}")))).Failure!;
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void APluginIsNeverTakenFromTheCurrentFolder()
    {
        var name = Path.GetRelativePath(Environment.CurrentDirectory, Script("true"));
        Assert.Null(ExecutableSearch.Find(Path.GetFileName(name), $".{Path.PathSeparator}relative"));
        Assert.NotNull(ExecutableSearch.Find(Path.GetFileName(name), _folder));
    }

    [Fact]
    public async Task APluginThatHangsIsEnded()
    {
        var clock = new ManualClock();
        var client = Client(Kubeconfig("{server: 'https://127.0.0.1:1'}", Exec("exec sleep 600")), clock);
        var asking = GetAsync(client);
        await clock.TimerAsync(TimeSpan.FromSeconds(60));
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Contains("did not finish within 60 seconds", (await asking).Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APluginMayGiveACertificate()
    {
        using var authority = new TestAuthority();
        var (certificate, key, thumbprint) = authority.ClientCertificate(TestAuthority.KeyForm.EcSec1);
        await using var server = await TlsTests.ServeAsync(authority.ServerCertificate());
        var status = new System.Text.Json.Nodes.JsonObject { ["clientCertificateData"] = certificate, ["clientKeyData"] = key };
        var output = new System.Text.Json.Nodes.JsonObject { ["kind"] = "ExecCredential", ["apiVersion"] = Version, ["status"] = status };
        await File.WriteAllTextAsync(Path.Combine(_folder, "output"), output.ToJsonString(), Cancel);

        var cluster = $"{{server: 'https://127.0.0.1:{server.Port}', certificate-authority-data: {authority.Data}}}";
        var answer = await GetAsync(Client(Kubeconfig(cluster, Exec($"cat {_folder}/output"))));

        Assert.True(answer.Succeeded, answer.Failure?.Message);
        Assert.Equal(thumbprint, server.Requests.Single().ClientCertificate);
    }

    private int Runs => File.ReadAllLines(Path.Combine(_folder, "runs")).Length;

    private static string[] Authorizations(ScriptedServer server) => [.. server.Requests.Select(seen => seen.Headers["Authorization"])];

    private static string Print(string token) =>
        $$$"""echo '{"kind":"ExecCredential","apiVersion":"{{{Version}}}","status":{"token":"{{{token}}}"} }'""";

    private static Task<ClusterAnswer<System.Text.Json.JsonElement>> GetAsync(ApiServerClient client) =>
        client.GetWorkloadAsync(Checkout, Freshness.Latest, Cancel);

    private string Exec(string script, string more = "args: []") =>
        $"{{exec: {{apiVersion: {Version}, interactiveMode: Never, command: {Script(script)}, {more}}}}}";

    private string Script(string text)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The plugin is a shell script.");
        var file = Path.Combine(_folder, "plugin");
        File.WriteAllText(file, "#!/bin/sh\n" + text + "\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        return file;
    }
}
