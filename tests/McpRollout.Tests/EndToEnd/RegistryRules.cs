using System.Net;
using System.Net.Sockets;
using McpRollout.Approvals.Registries;
using McpRollout.Rollouts.Objects;
using McpRollout.Tests.Cluster;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace McpRollout.Tests.EndToEnd;

/// <summary>What registries are asked before a person is: of a real one, and of one that a test plays.</summary>
public sealed class RegistryRules
{
    private static readonly string Digest = $"sha256:{new string('0', 64)}";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ARealRegistryTellsWhatItHasAndWhatIsGone()
    {
        await using var registry = await RealRegistry.StartAsync();
        var pushed = await registry.PushAsync("shop/web", "1.0.0");

        Assert.Equal(
            [ImagePresence.Present, ImagePresence.Present, ImagePresence.Gone, ImagePresence.Gone, ImagePresence.Gone],
            await AskAsync(
                $"{registry.Host}/shop/web:1.0.0", $"{registry.Host}/shop/web@{pushed}", $"{registry.Host}/shop/web:2.0.0",
                $"{registry.Host}/shop/web@{Digest}", $"{registry.Host}/shop/other"));
    }

    [Theory]
    [InlineData("auths", false)]
    [InlineData("wrong", true)]
    [InlineData("none", true)]
    [InlineData("unreadable", true)]
    public async Task ALockedRegistryIsAskedAsTheServersOwnUser(string config, bool isDenied)
    {
        await using var registry = await RealRegistry.StartAsync(isLocked: true);
        await registry.PushAsync("shop/web", "1.0.0");
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        await cluster.MakeAsync("deployment", first: $"{registry.Host}/shop/web:1.0.0", second: "app:2");
        using var folder = await StateFolder.CreateAsync();
        folder.Environment["DOCKER_CONFIG"] = folder.Path;
        if (config != "none")
        {
            await File.WriteAllTextAsync(Path.Combine(folder.Path, "config.json"), config switch
            {
                "auths" => $$$"""{"auths":{"{{{registry.Host}}}":{"auth":"{{{RealRegistry.Pair}}}"} } }""",
                "wrong" => $$$"""{"auths":{"{{{registry.Host}}}":{"auth":"d3Jvbmc6d3Jvbmc="} } }""",
                _ => "{",
            }, Cancelled);
        }

        await using var server = await ServerProcess.StartAsync(folder, cluster, "--Registry:Check=true");
        var codes = await CodesAsync(server, cluster);

        Assert.Equal(isDenied, codes.ContainsKey("image-denied"));
        Assert.DoesNotContain("image-gone", codes.Keys);
        Assert.DoesNotContain(RealRegistry.Password, await File.ReadAllTextAsync(folder.AuditFile, Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnImageThatIsGoneIsToldBeforeAPersonDecides()
    {
        await using var registry = await RealRegistry.StartAsync();
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        await cluster.MakeAsync("deployment", first: $"{registry.Host}/shop/web:1.0.0", second: "app:2");
        using var folder = await StateFolder.CreateAsync();
        await using (var server = await ServerProcess.StartAsync(folder, cluster, "--Registry:Check=true"))
        {
            Assert.Equal($"The registry does not have {registry.Host}/shop/web:1.0.0 (not found), which revision 1 runs. Have it "
                + "pushed again, or choose another revision: a node that has not kept the image cannot start the pod.",
                (await CodesAsync(server, cluster))["image-gone"]);
        }

        // Off by default: nobody is asked.
        using var other = await StateFolder.CreateAsync();
        await using var silent = await ServerProcess.StartAsync(other, cluster);
        Assert.DoesNotContain("image-gone", (await CodesAsync(silent, cluster)).Keys);
    }

    [Fact]
    public async Task ATokenIsFetchedFromWhereTheRegistrySays()
    {
        var url = "";
        await using var server = await ScriptedServer.StartAsync(context => context.Request.Path.Value switch
        {
            "/token" when context.Request.Query["scope"] == "repository:shop/web:pull" && context.Request.Query["service"] == "reg" =>
                ScriptedServer.Json(200, """{"token":"t0ken"}""")(context),
            _ when context.Request.Headers.Authorization == "Bearer t0ken" => Answer(context, 200),
            _ => Challenge(context, $"Bearer realm=\"{url}/token\",service=\"reg\",scope=\"repository:shop/web:pull\""),
        });
        url = server.Url;

        Assert.Equal([ImagePresence.Present], await AskAsync($"127.0.0.1:{server.Port}/shop/web:1.0.0"));
        Assert.Equal(["HEAD", "GET", "HEAD"], server.Requests.Select(request => request.Method));
    }

    [Theory]
    [InlineData("Bearer realm=\"http://example.org/token\",service=\"reg\"")]
    [InlineData("Bearer realm=\"not an address\"")]
    [InlineData("Bearer")]
    [InlineData("Digest realm=\"x\"")]
    public async Task ATokenIsNotFetchedFromWhereItWouldNotBeSafe(string challenge)
    {
        await using var server = await ScriptedServer.StartAsync(context => Challenge(context, challenge));
        Assert.Equal([ImagePresence.Denied], await AskAsync($"127.0.0.1:{server.Port}/shop/web:1.0.0"));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task WhatDoesNotAnswerIsNotWaitedForLong()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var (time, port) = (new ManualClock(), ((IPEndPoint)silent.LocalEndpoint).Port);
        using var registries = new ImageRegistries(Options.Create(new RegistryOptions { Check = true }), time);
        Assert.Equal(
            ["it cannot be reached", "its name cannot be asked for"],
            (await registries.AskAsync(["127.0.0.1:1/web:1", "not a name"], Cancelled))!.Select(answer => answer.Why));

        var asking = registries.AskAsync([$"127.0.0.1:{port}/web:1"], Cancelled);
        using var connection = await silent.AcceptTcpClientAsync(Cancelled);
        time.Advance(TimeSpan.FromSeconds(3));

        var answer = Assert.Single((await asking)!);
        Assert.Equal((ImagePresence.Unanswered, "no answer within 3 seconds"), (answer.Presence, answer.Why));
    }

    [Fact]
    public async Task NobodyIsAskedUnlessItIsWanted()
    {
        using var registries = new ImageRegistries(Options.Create(new RegistryOptions()), TimeProvider.System);
        Assert.Null(await registries.AskAsync(["127.0.0.1:1/web:1"], Cancelled));
    }

    [Theory]
    [InlineData("nginx", "https://registry-1.docker.io/v2/library/nginx/manifests/latest")]
    [InlineData("nginx:1.27", "https://registry-1.docker.io/v2/library/nginx/manifests/1.27")]
    [InlineData("acme/web:1", "https://registry-1.docker.io/v2/acme/web/manifests/1")]
    [InlineData("docker.io/acme/web:1", "https://registry-1.docker.io/v2/acme/web/manifests/1")]
    [InlineData("index.docker.io/acme/web:1", "https://registry-1.docker.io/v2/acme/web/manifests/1")]
    [InlineData("ghcr.io/acme/auth-api:2.14.0", "https://ghcr.io/v2/acme/auth-api/manifests/2.14.0")]
    [InlineData("registry.example:5000/a/b/c:1", "https://registry.example:5000/v2/a/b/c/manifests/1")]
    [InlineData("localhost/web:1", "http://localhost/v2/web/manifests/1")]
    [InlineData("localhost:5000/web:1", "http://localhost:5000/v2/web/manifests/1")]
    [InlineData("ghcr.io/acme/../../secrets:1", null)]
    [InlineData("ghcr.io/a?b:1", null)]
    [InlineData("user:pw@example.org/web", null)]
    [InlineData("", null)]
    public void TheManifestIsWhereDockerLooksForIt(string image, string? address) =>
        Assert.Equal(address, RegistryReference.Of(image)?.ManifestAddress.ToString());

    private static async Task<IEnumerable<ImagePresence>> AskAsync(params string[] images)
    {
        using var registries = new ImageRegistries(Options.Create(new RegistryOptions { Check = true }), TimeProvider.System);
        return (await registries.AskAsync(images, Cancelled))!.Select(answer => answer.Presence);
    }

    private static async Task<Dictionary<string, string>> CodesAsync(ServerProcess server, ClusterUnderTest cluster) =>
        (await server.CallAsync("k8s_rollout_undo", new
        {
            resource_type = "deployment",
            @namespace = cluster.Namespace,
            name = "web",
            to_revision = 1,
            current_revision = 2,
            reason = "The new release is broken.",
        })).GetProperty("findings").EnumerateArray().ToDictionary(finding => finding.Text("code")!, finding => finding.Text("message")!);

    private static Task Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static Task Challenge(HttpContext context, string challenge)
    {
        context.Response.Headers.WWWAuthenticate = challenge;
        return Answer(context, 401);
    }
}
