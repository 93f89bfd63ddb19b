using System.Text.Json;

namespace McpRollout.Tests.EndToEnd;

/// <summary>What a person is told before deciding, word for word the same on the practice cluster and on a real control plane.</summary>
public abstract class FindingCases
{
    private protected const string Undo = "k8s_rollout_undo";

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

        var recorded = JsonDocument.Parse(File.ReadLines(folder.AuditFile).Last()).RootElement.GetProperty("detail").GetProperty("findings")
            .EnumerateArray()
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
        foreach (var (name, rights) in new[]
        {
            ("writer", "--verb=get,list,watch,patch --resource=deployments.apps"),
            ("reader", "--verb=list --resource=replicasets.apps,pods"),
        })
        {
            await cluster.KubectlAsync($"create role {name} {rights}");
            await cluster.KubectlAsync($"create rolebinding {name} --role={name} --user=undoer");
        }

        await cluster.UntilAllowedAsync("undoer", "list pods");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster.As("undoer"));

        var said = (await FindingsAsync(server, cluster))["not-checked"];

        Assert.Contains("missing-reference, missing-key, changed-since (Secret tls, Secret not-there, Secret db): the server's credentials "
            + "may not get secrets.", said, StringComparison.Ordinal);
        Assert.Contains("(ConfigMap flags): the server's credentials may not get configmaps.", said, StringComparison.Ordinal);
        Assert.Contains("Not checked: quota (ResourceQuotas): the server's credentials may not list resourcequotas.", said,
            StringComparison.Ordinal);
        Assert.Contains("Not checked: target-was-failing (Events): the server's credentials may not list events.", said,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task ANumberThatTwoReplicaSetsClaimIsSaidAndNotUndone()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment");
        await cluster.KubectlAsync("set image deployment/web app=app:3");
        await cluster.SettleAsync("deployment", "app:3");
        var sets = await cluster.KubectlAsync("get rs -o \"jsonpath={range .items[*]}"
            + "{.metadata.annotations.deployment\\.kubernetes\\.io/revision}={.metadata.name},{end}\"");
        var second = sets.Split(',').Single(each => each.StartsWith("2=", StringComparison.Ordinal))[2..];
        await cluster.KubectlAsync($"annotate --overwrite rs {second} deployment.kubernetes.io/revision=1");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);

        var history = await server.CallAsync("k8s_rollout_history", Web(cluster));
        var refusal = await server.RefusalAsync(Undo, UndoOf(cluster, current: 3));

        Assert.Equal(2, history.GetProperty("revisions").EnumerateArray()
            .Count(revision => revision.GetProperty("findings").GetRawText().Contains("\"ambiguous-revision\"", StringComparison.Ordinal)));
        Assert.StartsWith("Revision 1 is claimed by ", refusal, StringComparison.Ordinal);
        Assert.Contains(second, refusal, StringComparison.Ordinal);
        Assert.EndsWith("(code: ambiguous-revision)", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutTheRightToListPodsAStatusTellsWhatTheWorkloadSays()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment", second: "app:crash");
        await cluster.KubectlAsync("create role reader --verb=get,list,watch --resource=deployments.apps,replicasets.apps");
        await cluster.KubectlAsync("create rolebinding reader --role=reader --user=undoer");
        await cluster.UntilAllowedAsync("undoer", "list replicasets.apps");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster.As("undoer"));

        var status = await server.CallAsync("k8s_rollout_status", Web(cluster));

        Assert.Equal(("progressing", "2", "True"), (status.Text("state"), status.Text("revision"), status.Text("pods_unread")));
        Assert.StartsWith("Waiting for deployment \"web\" rollout to finish: ", status.Text("message"), StringComparison.Ordinal);
        Assert.Equal("2", status.Text("replicas", "desired"));
    }

    [Fact]
    public async Task WhatOnlyAnEventOnTheWorkloadTellsIsInTheStatusLongBeforeADeadline()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("statefulset");
        await cluster.KubectlAsync("create quota none-left --hard=pods=0");
        await cluster.UntilAsync("get quota none-left -o jsonpath={.status.used.pods}", "2");
        await cluster.KubectlAsync("set image statefulset/web app=app:3");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);

        JsonElement status;
        do
            status = await server.CallAsync("k8s_rollout_status", Web(cluster, "statefulset"));
        while (status.Text("stalled") is null);

        Assert.Equal(("progressing", "3", "pods cannot be made"), (status.Text("state"), status.Text("revision"), status.Text("stalled")));
        var problem = Assert.Single(status.GetProperty("problems").EnumerateArray());
        Assert.Equal(("web", "FailedCreate"), (problem.Text("pod"), problem.Text("reason")));
        Assert.Contains("exceeded quota: none-left", problem.Text("message"), StringComparison.Ordinal);
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
        Assert.EndsWith("Lifting the hold is a person's decision; ask the one who set it. (code: paused)", refusal,
            StringComparison.Ordinal);
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

    [Fact]
    public async Task EachCheckFindsItsIncident()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.KubectlAsync("apply -f -", """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: shared}
            spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
            """);
        foreach (var revision in Incident.Revisions)
        {
            await cluster.KubectlAsync("apply -f -",
                string.Join("\n---\n", Incident.All.Select(incident => incident.Manifest(revision)).OfType<string>()));
            foreach (var incident in Incident.All.Where(incident => incident.Manifest(revision) is not null))
                await UntilRevisionAsync(cluster, incident, revision);
        }

        await cluster.KubectlAsync("rollout status deployment/budget --timeout=60s");
        var served = (await cluster.KubectlAsync("api-versions")).Split('\n');
        await cluster.KubectlAsync("apply -f -", $$"""
            apiVersion: {{(served.Contains("policy/v1") ? "policy/v1" : "policy/v1beta1")}}
            kind: PodDisruptionBudget
            metadata: {name: all}
            spec: {minAvailable: 2, selector: {matchLabels: {app: budget} } }
            """);
        await cluster.UntilAsync("get poddisruptionbudget all -o jsonpath={.status.currentHealthy}/{.status.disruptionsAllowed}", "2/0");
        await cluster.KubectlAsync("create quota tight --hard=count/configmaps=100,pods=1");
        await cluster.UntilAsync("get resourcequota tight -o jsonpath={.status.hard.pods}", "1");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(
            folder, cluster, "--Limits:OpenRequests=100", "--Limits:OpenRequestsPerRequester=100", "--Limits:RequestsPerMinute=100");

        var untold = await Task.WhenAll(Incident.All.Select(async incident =>
        {
            var told = await FindingsAsync(server, cluster, incident);
            return (incident.Name, Missing: string.Join(", ", incident.Codes.Except(told.Keys)), Told: string.Join(", ", told.Keys));
        }));
        Assert.DoesNotContain(untold, incident => incident.Missing.Length > 0);
    }

    [Fact]
    public async Task FieldsThatTheClusterNoLongerKeepsAreNamed()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("daemonset");

        // As a server left it that knew the field: what a ControllerRevision holds is kept as it is.
        var uid = await cluster.KubectlAsync("get daemonset web -o jsonpath={.metadata.uid}");
        await cluster.KubectlAsync("create -f -", $$"""
            apiVersion: apps/v1
            kind: ControllerRevision
            metadata:
              name: web-lost
              labels: {app: web, controller-revision-hash: lost}
              ownerReferences: [{apiVersion: apps/v1, kind: DaemonSet, name: web, uid: {{uid}}, controller: true, blockOwnerDeletion: true}]
            revision: 3
            data:
              spec:
                template:
                  $patch: replace
                  metadata: {labels: {app: web} }
                  spec:
                    resourceClaims: [{name: gpu, resourceClaimName: gpu}]
                    containers: [{name: app, image: 'app:1'}]
            """);
        await cluster.KubectlAsync("annotate daemonset web touched=yes");
        await cluster.UntilAsync("get controllerrevisions -l app=web --sort-by=.revision -o jsonpath={.items[*].revision}", "1 3 4");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);

        var findings = await FindingsAsync(server, UndoOf(cluster, "daemonset", current: 4, to: 3));

        Assert.Contains("resourceClaims", findings["removed-fields"], StringComparison.Ordinal);
    }

    private static Task UntilRevisionAsync(ClusterUnderTest cluster, Incident incident, int revision) => incident.Kind == "Deployment"
        ? cluster.UntilAsync($"get deployment {incident.Name} -o jsonpath={{.metadata.annotations.deployment\\.kubernetes\\.io/revision}}",
            $"{revision}")
        : cluster.UntilAsync($"get controllerrevisions -l app={incident.Name} --sort-by=.revision -o jsonpath={{.items[*].revision}}",
            string.Join(' ', Enumerable.Range(1, revision)));

    /// <summary>A workload whose undo to its first revision must be told these findings.</summary>
    private sealed record Incident(string Name, string Kind, string[] Codes, string? First = null, string? Second = null, string Spec = "",
        string Marks = "", bool IsFarBack = false)
    {
        public static readonly IReadOnlyList<int> Revisions = [1, 2, 3];

        public static readonly IReadOnlyList<Incident> All =
        [
            new("latest", "Deployment", ["mutable-tag", "no-probes", "quota"], First: "containers: [{name: app, image: 'app:latest'}]"),
            new("restarted", "Deployment", ["same-tag"], Second: "#restarted"),
            new("failing", "Deployment", ["target-was-failing"], First: "containers: [{name: app, image: 'app:crash'}]",
                Second: "containers: [{name: app, image: 'app:missing'}]"),
            new("migrating", "Deployment", ["migration"],
                First: "initContainers: [{name: migrate-schema, image: 'app:1'}]\n      " + Container),
            new("endless", "Deployment", ["no-deadline", "config-not-restored"],
                First: "containers: [{name: app, image: 'app:1', envFrom: [{configMapRef: {name: endless, optional: true} }]}]",
                Spec: "progressDeadlineSeconds: 2147483647"),
            new("claiming", "Deployment", ["max-unavailable"],
                First: "volumes: [{name: data, persistentVolumeClaim: {claimName: shared} }]\n      " + Container,
                Spec: "strategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1} }"),
            new("budget", "Deployment", ["disruption-budget", "current-healthy"]),
            new("synced", "Deployment", ["managed-by"],
                Marks: "annotations: {argocd.argoproj.io/tracking-id: 'shop:apps/Deployment:shop/synced'}"),
            new("reconciled", "Deployment", ["managed-by"], Marks: "labels: {kustomize.toolkit.fluxcd.io/name: shop}"),
            new("distant", "Deployment", ["far-back", "pace"], IsFarBack: true),
            new("parted", "StatefulSet", ["partition"], Spec: "updateStrategy: {rollingUpdate: {partition: 1} }"),
            new("by-hand", "DaemonSet", ["on-delete"], Spec: "updateStrategy: {type: OnDelete}"),
        ];

        private const string Container = "containers: [{name: app, image: 'app:REVISION'}]";

        public int Current => IsFarBack ? 3 : 2;

        /// <summary>The workload at a revision; null if it does not get so far.</summary>
        public string? Manifest(int revision) => revision > Current ? null : $$"""
            apiVersion: apps/v1
            kind: {{Kind}}
            metadata:
              name: {{Name}}
              {{Marks}}
            spec:
              {{Kind switch { "Deployment" => "replicas: 2", "StatefulSet" => "replicas: 2\n  serviceName: web", _ => "revisionHistoryLimit: 10" }}}
              {{Spec}}
              selector:
                matchLabels: {app: {{Name}} }
              template:
                metadata:
                  labels: {app: {{Name}} }
                  {{(revision > 1 && Second == "#restarted" ? "annotations: {kubectl.kubernetes.io/restartedAt: now}" : "")}}
                spec:
                  terminationGracePeriodSeconds: 0
                  {{Template(revision)}}
            """;

        private string Template(int revision) => revision > 1 && Second != "#restarted"
            ? (Second ?? Container).Replace("REVISION", $"{revision}", StringComparison.Ordinal)
            : (First ?? Container).Replace("REVISION", "1", StringComparison.Ordinal);
    }

    private const string Volumes = "volumes: [{name: tls, secret: {secretName: tls}}, {name: extra, secret: {secretName: not-there, "
        + "optional: true}}]";

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

    // The cluster's times are whole seconds: the change must fall into a later one than the release. And v1.20 writes a new time only when
    // a manager's fields become others, not when their values do: each attempt has a key of its own.
    private static async Task ChangeAfterTheReleaseAsync(ClusterUnderTest cluster)
    {
        const string Times = "jsonpath={.metadata.managedFields[*].time}";
        var made = (await cluster.KubectlAsync("get rs --sort-by=.metadata.creationTimestamp -o "
            + "jsonpath={.items[*].metadata.creationTimestamp}")).Split(' ').Max(StringComparer.Ordinal);
        for (var attempt = 0; ; attempt++)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await cluster.KubectlAsync(
                "patch configmap flags --type=merge "
                    + $"--patch={{\\\"data\\\":{{\\\"mode\\\":\\\"hunter2-{attempt}\\\",\\\"colour\\\":null,"
                    + $"\\\"attempt-{attempt}\\\":\\\"\\\"}}}}");
            var written = (await cluster.KubectlAsync($"get configmap flags --show-managed-fields -o {Times}")).Split(' ')
                .Max(StringComparer.Ordinal);
            if (string.CompareOrdinal(written, made) > 0)
                return;
        }
    }

    private static Task<Dictionary<string, string>> FindingsAsync(ServerProcess server, ClusterUnderTest cluster) =>
        FindingsAsync(server, UndoOf(cluster));

    private static Task<Dictionary<string, string>> FindingsAsync(ServerProcess server, ClusterUnderTest cluster, Incident incident) =>
        FindingsAsync(server, UndoOf(cluster, incident.Kind.ToLowerInvariant(), incident.Name, incident.Current));

    private static async Task<Dictionary<string, string>> FindingsAsync(ServerProcess server, object undo) =>
        (await server.CallAsync(Undo, undo)).GetProperty("findings").EnumerateArray()
            .GroupBy(finding => finding.Text("code")!)
            .ToDictionary(found => found.Key, found => string.Join('\n', found.Select(finding => finding.Text("message"))));

    private protected static object Web(ClusterUnderTest cluster, string type = "deployment") =>
        new { resource_type = type, @namespace = cluster.Namespace, name = "web" };

    private protected static object UndoOf(
        ClusterUnderTest cluster, string type = "deployment", string name = "web", int current = 2, int to = 1) =>
        new
        {
            resource_type = type,
            @namespace = cluster.Namespace,
            name,
            to_revision = to,
            current_revision = current,
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
    /// <summary>The practice cluster's quotas count no ReplicaSets.</summary>
    [Fact]
    public async Task AChangeThatCannotBecomeARevisionIsNotSaidToPassInAFewSeconds()
    {
        await using var cluster = await StartClusterAsync();
        await cluster.MakeAsync("deployment");
        await cluster.KubectlAsync("create quota full --hard=count/replicasets.apps=2");
        await cluster.UntilAsync("get quota full -o jsonpath={.status.used.count/replicasets\\.apps}", "2");
        await cluster.KubectlAsync("set image deployment/web app=app:3");
        await cluster.UntilAsync("get deployment/web -o jsonpath={.status.conditions[*].reason}",
            "MinimumReplicasAvailable ReplicaSetCreateError");
        using var folder = await StateFolder.CreateAsync();
        await using var server = await ServerProcess.StartAsync(folder, cluster);

        var history = await server.CallAsync("k8s_rollout_history", Web(cluster));
        var refusal = await server.RefusalAsync(Undo, UndoOf(cluster));
        var status = await server.CallAsync("k8s_rollout_status", Web(cluster));

        Assert.All([Told.Found(history, "not-settled"), refusal], said =>
        {
            Assert.Contains("exceeded quota: full", said, StringComparison.Ordinal);
            Assert.Contains("it does not pass by itself", said, StringComparison.Ordinal);
            Assert.DoesNotContain("seconds", said, StringComparison.Ordinal);
        });
        Assert.EndsWith("(code: not-settled)", refusal, StringComparison.Ordinal);
        Assert.Equal("pods cannot be made", status.Text("stalled"));
    }

    internal override Task<ClusterUnderTest> StartClusterAsync() => ClusterUnderTest.RealAsync();
}
