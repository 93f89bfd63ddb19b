using System.Text.Json;

namespace McpRollout.Tests.EndToEnd;

/// <summary>What a person is told before deciding, word for word the same on the practice cluster and on a real control plane.</summary>
public abstract class FindingCases
{
    private const string Undo = "k8s_rollout_undo";

    internal abstract Task<ClusterUnderTest> StartClusterAsync();

    [Fact]
    public async Task WhatTheTargetReadsAndIsGoneOrLacksAKeyOrWasChangedIsSaid()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.KubectlAsync("create secret generic db --from-literal=password=hunter2-hunter2");
        await cluster.KubectlAsync("create secret generic tls --from-literal=key=hunter2-hunter2");
        await cluster.KubectlAsync("create configmap flags --from-literal=mode=hunter2-fast --from-literal=colour=red");
        await ReleaseAsync(cluster, "app:1", reads: true);
        await ReleaseAsync(cluster, "app:2", reads: false);
        await cluster.KubectlAsync("delete secret tls");
        await ChangeAfterTheReleaseAsync(cluster);
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);

        var findings = await FindingsAsync(server, cluster);

        Assert.Contains("Secret tls.", findings["missing-reference"], StringComparison.Ordinal);
        Assert.DoesNotContain("Secret db", findings["missing-reference"], StringComparison.Ordinal);
        Assert.Contains("ConfigMap flags has no key colour.", findings["missing-key"], StringComparison.Ordinal);
        Assert.Contains("ConfigMap flags was last written by \"kubectl-patch\" 20", findings["changed-since"], StringComparison.Ordinal);

        Assert.Contains("(revision 2 was made)", findings["changed-since"], StringComparison.Ordinal);
        Assert.Contains("The current revision 2 is healthy: 2 of 2 pods are ready", findings["current-healthy"], StringComparison.Ordinal);
        Assert.Equal("Replaces 2 pods, at most 1 extra and 0 missing at a time.", findings["pace"]);
        Assert.DoesNotContain("hunter2", string.Join(' ', findings.Values), StringComparison.Ordinal);
        Assert.DoesNotContain("removed-fields", findings.Keys);

        var recorded = JsonDocument.Parse(File.ReadLines(folder.AuditFile).Last()).RootElement.GetProperty("detail").GetProperty("findings").EnumerateArray()
            .Select(finding => $"{finding.Text("severity")} {finding.Text("code")}").ToList();
        Assert.Contains("warns changed-since", recorded);
        Assert.Equal(findings.Count, recorded.Distinct().Count());
    }

    [Fact]
    public async Task WhatMayNotBeReadIsSaidToBeNotChecked()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.KubectlAsync("create secret generic db --from-literal=password=hunter2-hunter2");
        await cluster.KubectlAsync("create secret generic tls --from-literal=key=hunter2-hunter2");
        await cluster.KubectlAsync("create configmap flags --from-literal=mode=fast --from-literal=colour=red");
        await ReleaseAsync(cluster, "app:1", reads: true);
        await ReleaseAsync(cluster, "app:2", reads: false);
        foreach (var (name, rights) in new[] { ("writer", "--verb=get,list,watch,patch --resource=deployments.apps"), ("reader", "--verb=list --resource=replicasets.apps,pods") })
        {
            await cluster.KubectlAsync($"create role {name} {rights}");
            await cluster.KubectlAsync($"create rolebinding {name} --role={name} --user=undoer");
        }

        await cluster.UntilAllowedAsync("undoer", "list pods");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster.As("undoer"));

        var said = (await FindingsAsync(server, cluster))["not-checked"];

        Assert.Contains("missing-reference, missing-key, changed-since (Secret tls, Secret not-there, Secret db): the server's credentials may not get secrets.", said, StringComparison.Ordinal);
        Assert.Contains("(ConfigMap flags): the server's credentials may not get configmaps.", said, StringComparison.Ordinal);
        Assert.Contains("Not checked: quota (ResourceQuotas): the server's credentials may not list resourcequotas.", said, StringComparison.Ordinal);
        Assert.Contains("Not checked: target-was-failing (Events): the server's credentials may not list events.", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoPausedADeploymentIsSaidWithTheRefusal()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment");
        await cluster.KubectlAsync("rollout pause deployment/web");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);

        var refusal = await server.RefusalAsync(Undo, UndoOf(cluster));

        Assert.Contains("By the cluster's record it was set by \"kubectl", refusal, StringComparison.Ordinal);
        Assert.EndsWith("Lifting the hold is a person's decision; ask the one who set it. (code: paused)", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatGovernsThePodsIsSaid()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment");
        await cluster.KubectlAsync("label deployment/web app.kubernetes.io/managed-by=Helm");
        await cluster.KubectlAsync("apply -f -", """
            apiVersion: autoscaling/v1
            kind: HorizontalPodAutoscaler
            metadata: {name: web}
            spec: {minReplicas: 2, maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
            """);
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);

        var findings = await FindingsAsync(server, cluster);

        Assert.StartsWith("HorizontalPodAutoscaler web (2 to 5 pods) decides", findings["autoscaler"], StringComparison.Ordinal);
        Assert.StartsWith("Helm manages deployment/web", findings["managed-by"], StringComparison.Ordinal);
    }

    private const string Volumes = "volumes: [{name: tls, secret: {secretName: tls}}, {name: extra, secret: {secretName: not-there, optional: true}}]";

    private const string Variables = """
        env:
                  - {name: PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}
                  - {name: MODE, valueFrom: {configMapKeyRef: {name: flags, key: mode}}}
                  - {name: COLOUR, valueFrom: {configMapKeyRef: {name: flags, key: colour}}}
        """;

    private static async Task ReleaseAsync(ClusterUnderTest cluster, string image, bool reads)
    {
        await cluster.KubectlAsync("apply -f -", $$"""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web} }
              template:
                metadata:
                  labels: {app: web}
                spec:
                  terminationGracePeriodSeconds: 0
                  {{(reads ? Volumes : "")}}
                  containers:
                  - name: app
                    image: {{image}}
                    {{(reads ? Variables : "")}}
            """);
        await cluster.SettleAsync("deployment", image);
    }

    // The cluster's times are whole seconds: the change must fall into a later one than the release. And v1.20 writes a new time only when a manager's
    // fields become others, not when their values do: each attempt has a key of its own.
    private static async Task ChangeAfterTheReleaseAsync(ClusterUnderTest cluster)
    {
        const string Times = "jsonpath={.metadata.managedFields[*].time}";
        var made = (await cluster.KubectlAsync("get rs --sort-by=.metadata.creationTimestamp -o jsonpath={.items[*].metadata.creationTimestamp}")).Split(' ').Max(StringComparer.Ordinal);
        for (var attempt = 0; ; attempt++)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await cluster.KubectlAsync($"patch configmap flags --type=merge --patch={{\\\"data\\\":{{\\\"mode\\\":\\\"hunter2-{attempt}\\\",\\\"colour\\\":null,\\\"attempt-{attempt}\\\":\\\"\\\"}}}}");
            var written = (await cluster.KubectlAsync($"get configmap flags --show-managed-fields -o {Times}")).Split(' ').Max(StringComparer.Ordinal);
            if (string.CompareOrdinal(written, made) > 0)
                return;
        }
    }

    private static async Task<Dictionary<string, string>> FindingsAsync(ServerProcess server, ClusterUnderTest cluster) =>
        (await server.CallAsync(Undo, UndoOf(cluster))).GetProperty("findings").EnumerateArray()
            .GroupBy(finding => finding.Text("code")!)
            .ToDictionary(found => found.Key, found => string.Join('\n', found.Select(finding => finding.Text("message"))));

    private static object UndoOf(ClusterUnderTest cluster) => new
    {
        resource_type = "deployment",
        @namespace = cluster.Namespace,
        name = "web",
        to_revision = 1,
        current_revision = 2,
        reason = "It fails since the release.",
        wait_seconds = 0,
    };
}

public sealed class FindingsOnThePracticeCluster : FindingCases
{
    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.PracticeAsync();
}

public sealed class FindingsOnARealControlPlane : FindingCases
{
    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.RealAsync();
}
