using System.Net;
using System.Net.Sockets;
using McpRollout.Tests.Hosted;
using ModelContextProtocol.Protocol;

namespace McpRollout.Tests.EndToEnd;

/// <summary>Several clusters behind one server.</summary>
public sealed class ManyClustersRules
{
    private const string History = "k8s_rollout_history";
    private const string Status = "k8s_rollout_status";
    private const string Asking = "k8s_rollout_undo";

    private static readonly string[] OfWorkloads = [History, Status, Asking];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhichClusterIsMeantIsAskedOfWhoeverNamesAWorkloadAndNeverGuessed()
    {
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, [.. Named("eu.prod-1", cluster), .. Named("staging", cluster)]);

        foreach (var tool in await server.ToolsAsync())
        {
            var (properties, required) = (tool.InputSchema.GetProperty("properties"), tool.InputSchema.GetProperty("required"));
            var isOfWorkload = OfWorkloads.Contains(tool.Name);
            Assert.Equal(isOfWorkload, properties.TryGetProperty("cluster", out var choice));
            Assert.Equal(isOfWorkload, required.EnumerateArray().Any(name => name.GetString() == "cluster"));
            if (isOfWorkload)
                Assert.Equal(["eu.prod-1", "staging"], choice.GetProperty("enum").EnumerateArray().Select(name => name.GetString()));
        }

        foreach (var tool in OfWorkloads)
        {
            Assert.Contains("cluster", await server.RefusalAsync(tool, Of(cluster, tool)), StringComparison.Ordinal);
            Assert.Matches("eu\\.prod-1.*staging", await server.RefusalAsync(tool, Of(cluster, tool, "prod")));
        }

        Assert.Equal("staging", (await server.CallAsync(History, Of(cluster, History, "staging"))).Text("resource", "cluster"));
        Assert.Contains("cluster is always given too", server.Instructions, StringComparison.Ordinal);
        var refusal = await server.PromptRefusalAsync(new() { ["namespace"] = "a", ["name"] = "b", ["resource_type"] = "deployment" });
        Assert.Contains("Give cluster", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithOneClusterThereIsNothingToChooseWhateverItIsCalled()
    {
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, [.. Named("prod", cluster)]);

        Assert.All(await server.ToolsAsync(), tool =>
            Assert.False(tool.InputSchema.GetProperty("properties").TryGetProperty("cluster", out _)));
        Assert.Equal("prod", (await server.CallAsync(History, Of(cluster, History))).Text("resource", "cluster"));
    }

    [Fact]
    public async Task TheHistoryOfOneDoesNotWaitForAnotherThatIsDown()
    {
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        await cluster.MakeAsync("deployment");
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var gone = Path.Combine(Path.GetDirectoryName(cluster.Kubeconfig)!, $"{Guid.NewGuid():n}.yaml");
        await File.WriteAllTextAsync(gone, $$"""
            {"clusters": [{"name": "c", "cluster": {"server": "http://{{silent.LocalEndpoint}}"} }],
             "contexts": [{"name": "c", "context": {"cluster": "c"} }], "current-context": "c"}
            """, Cancelled);
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(
            folder, [.. Named("up", cluster), $"--Clusters:down:Kubeconfig={gone}", "--Clusters:down:Context=c"]);

        var waiting = server.TryAsync(History, Of(cluster, History, "down"));
        using (await silent.AcceptTcpClientAsync(Cancelled))
        {
            Assert.Equal("2", (await server.CallAsync(History, Of(cluster, History, "up"))).Text("current_revision"));
            Assert.False(waiting.IsCompleted);
        }

        silent.Stop();
        Assert.True((await waiting).IsError);
        File.Delete(gone);
    }

    [Fact]
    public async Task WhatTheSettingsSayOfOneHoldsThereAlone()
    {
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder,
        [
            .. Named("any", cluster), .. Named("looked-at", cluster, "ReadOnly=true"), .. Named("elsewhere", cluster, "Namespaces:0=shop"),
            .. Named("sealed", cluster), "--Policies:Rules:0:Name=nobody", "--Policies:Rules:0:Clusters:0=seal*",
            "--Policies:Rules:0:Deny=true",
        ]);

        Assert.Contains("only reads in cluster \"looked-at\"", await server.RefusalAsync(Asking, Of(cluster, Asking, "looked-at")),
            StringComparison.Ordinal);
        Assert.Equal("2", (await server.CallAsync(History, Of(cluster, History, "looked-at"))).Text("current_revision"));
        Assert.Contains("Clusters:elsewhere:Namespaces", await server.RefusalAsync(History, Of(cluster, History, "elsewhere")),
            StringComparison.Ordinal);
        Assert.Contains("nobody", await server.RefusalAsync(Asking, Of(cluster, Asking, "sealed")), StringComparison.Ordinal);
        Assert.Equal("pending", (await server.CallAsync(Asking, Of(cluster, Asking, "any"))).Text("state"));
        Assert.Contains("another-open", await server.RefusalAsync(Asking, Of(cluster, Asking, "sealed")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("move what Cluster says to one of Clusters", "--Clusters:a:Context=practice", "--Cluster:Context=practice")]
    [InlineData("Clusters has 'a b'", "--Clusters:a b:Sandbox=true")]
    [InlineData("Clusters has 'EU'", "--Clusters:EU:Sandbox=true")]
    [InlineData("Clusters:a:Context is missing", "--Clusters:a:Kubeconfig=/does/not/exist")]
    [InlineData("Policies:Rules:0:Clusters has 'prod'", "--Clusters:a:Sandbox=true", "--Policies:Rules:0:Name=x",
        "--Policies:Rules:0:Deny=true", "--Policies:Rules:0:Clusters:0=prod")]
    [InlineData("Verify:Probes:0:Clusters is missing", "--Clusters:a:Sandbox=true", "--Clusters:b:Sandbox=true",
        "--Verify:Probes:0:Name=x", "--Verify:Probes:0:Url=http://localhost:1/")]
    [InlineData("Clusters:a says neither Context nor Kubeconfig", "--Clusters:a:ReadOnly=true")]
    [InlineData("Clusters:a:Kubeconfig is '/does/not/exist'", "--Clusters:a:Kubeconfig=/does/not/exist")]
    [InlineData("Clusters:a:Namespaces has 'Shop'", "--Clusters:a:Sandbox=true", "--Clusters:a:Namespaces:0=Shop")]
    [InlineData("Did you mean Clusters:a:ReadOnly?", "--Clusters:a:Sandbox=true", "--Clusters:a:Readonl=true")]
    public async Task AMistakeIsSaidAtTheStartWithTheClusterThatHasIt(string words, params string[] settings)
    {
        using var folder = await StateFolder.CreateAsync();
        var (exitCode, _, errors) = await BuiltProgram.RunAsync([.. folder.Settings, .. settings]);
        Assert.Equal(2, exitCode);
        Assert.Contains(words, errors, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task OverHttpTheClusterIsChosenAsOverStdio()
    {
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        await using var issuer = await TestIssuer.StartAsync();
        await using var hosted = await HostedProcess.StartAsync(
            folder, [.. issuer.Settings, .. Named("eu", cluster), .. Named("us", cluster, "ReadOnly=true")]);
        await using var agent = await hosted.ConnectAsync(issuer.Token(hosted.Audience));

        async Task<CallToolResult> CallAsync(string tool, string? name) => await agent.CallToolAsync(
            tool, ServerProcess.ArgumentsOf(Of(cluster, tool, name)), cancellationToken: Cancelled);

        Assert.True((await CallAsync(History, null)).IsError);
        Assert.Equal("us", (await CallAsync(History, "us")).StructuredContent!.Value.Text("resource", "cluster"));
        Assert.True((await CallAsync(Asking, "us")).IsError);
        Assert.Equal("eu", (await CallAsync(Asking, "eu")).StructuredContent!.Value.Text("resource", "cluster"));
    }

    [Fact]
    public async Task BothSidesCallAClusterByOneName()
    {
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        await cluster.MakeAsync("deployment");
        using var folder = await StateFolder.CreateAsync();
        await using var sides = await Sides.StartAsync(
            folder, [.. Named("blue", cluster), .. Named("green", cluster)], [.. Named("green", cluster), .. Named("red", cluster)]);

        var asked = await sides.Agent.CallAsync(Asking, Of(cluster, Asking, "green"));
        Assert.Equal("green", asked.Text("resource", "cluster"));
        Assert.Equal("pending", (await sides.Agent.CallAsync(Status, Of(cluster, Status, "green"))).Text("pending_undo", "state"));
        Assert.Contains("both must call it by one name",
            await sides.Agent.RefusalAsync(Asking, Of(cluster, Asking, "red")), StringComparison.Ordinal);
        Assert.Equal("2", (await sides.Agent.CallAsync(History, Of(cluster, History, "red"))).Text("current_revision"));
    }

    private static IEnumerable<string> Named(string name, ClusterUnderTest cluster, params string[] more) =>
        ClusterCases.Named(name, cluster, more);

    private static Dictionary<string, object> Of(ClusterUnderTest cluster, string tool, string? name = null)
    {
        Dictionary<string, object> arguments = new()
        {
            ["resource_type"] = "deployment",
            ["namespace"] = cluster.Namespace,
            ["name"] = "web",
        };
        if (name is not null)
            arguments["cluster"] = name;
        if (tool == Asking)
            (arguments["to_revision"], arguments["current_revision"], arguments["reason"]) = (1, 2, "The new release is broken.");
        return arguments;
    }
}
