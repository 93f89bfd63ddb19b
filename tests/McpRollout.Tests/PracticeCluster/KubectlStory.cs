using System.Text.RegularExpressions;

namespace McpRollout.Tests.PracticeCluster;

/// <summary>What people do to a workload with kubectl, written down so that two clusters' answers can be laid side by side.</summary>
internal static partial class KubectlStory
{
    public static async Task<string> TellAsync(Kubectl kubectl, string space, string kind)
    {
        var transcript = new List<string>();
        var workload = $"{kind}/web";
        await Say($"create namespace {space}");
        await Say("apply -f -", Manifest(kind, "app:1"));
        await Settle();
        await Say("apply -f -", Manifest(kind, "app:1"));
        await Say($"annotate {workload} kubernetes.io/change-cause=first");
        await Say($"set image {workload} app=app:2");
        await Settle();
        await Say($"annotate {workload} --overwrite kubernetes.io/change-cause=second");
        await Say($"rollout history {workload}");
        await Say($"rollout history {workload} --revision=1");
        await Say($"rollout history {workload} --revision=9");
        await Say($"rollout undo {workload}");
        await Settle();
        await Say($"rollout history {workload}");
        await Say($"rollout undo {workload} --to-revision=2");
        await Settle();
        await Say($"rollout undo {workload} --to-revision=4");
        await Say($"rollout undo {workload} --to-revision=9");
        await Say($"rollout history {workload}");
        await Say("apply -f -", Manifest(kind, "app:3"));
        await Settle();
        await Say($"get {workload} -o jsonpath={{.spec}}");
        await Say($"get {workload} --no-headers");
        await Say($"delete {workload}");
        await Say($"rollout status {workload}");
        return string.Join('\n', transcript);

        async Task Say(string command, string? input = null)
        {
            var scoped = command.StartsWith("create", StringComparison.Ordinal) ? command : $"--namespace={space} {command}";
            var answer = await kubectl.RunAsync(scoped, input);
            transcript.Add($"$ kubectl {command}\n{Plain(answer, space)}");
        }

        // How often status reports before the last line depends on how fast the cluster is.
        async Task Settle() =>
            transcript.Add((await kubectl.RunAsync($"--namespace={space} rollout status {workload} --timeout=60s")).Split('\n')[^1]);
    }

    // What differs between any two clusters: the namespace, hashes and ages; and one default that came with Kubernetes 1.22.
    private static string Plain(string answer, string space)
    {
        var plain = answer.Replace(space, "NAMESPACE", StringComparison.Ordinal).Replace("\"maxSurge\":0,", "", StringComparison.Ordinal);
        return Age().Replace(Hash().Replace(plain, "pod-template-hash=HASH"), " AGE ");
    }

    public static string Manifest(string kind, string image) => $$"""
        apiVersion: apps/v1
        kind: {{kind switch { "deployment" => "Deployment", "statefulset" => "StatefulSet", _ => "DaemonSet" }}}
        metadata:
          name: web
          labels: {app: web}
        spec:
          {{Size(kind)}}
          selector:
            matchLabels: {app: web}
          template:
            metadata:
              labels: {app: web}
            spec:
              containers:
              - name: app
                image: {{image}}
                env:
                - {name: GREETING, value: hello}
                ports:
                - containerPort: 80
              volumes:
              - name: scratch
                emptyDir: {}
        """;

    private static string Size(string kind) => kind switch
    {
        "deployment" => "replicas: 2",
        "statefulset" => "replicas: 2\n  serviceName: web",
        _ => "revisionHistoryLimit: 10",
    };

    [GeneratedRegex("pod-template-hash=[a-z0-9]+")]
    private static partial Regex Hash();

    [GeneratedRegex(@" [0-9]+m?[0-9]*s\b *")]
    private static partial Regex Age();
}
