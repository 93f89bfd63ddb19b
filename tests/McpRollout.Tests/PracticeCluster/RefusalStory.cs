using System.Text.RegularExpressions;

namespace McpRollout.Tests.PracticeCluster;

/// <summary>
/// Pods that admission refuses, and a ConfigMap that several hands write, written down so that two clusters' answers can be laid side
/// by side.
/// </summary>
internal static partial class RefusalStory
{
    public static async Task<string> TellAsync(Kubectl kubectl, string space)
    {
        var transcript = new List<string>();
        await kubectl.RunAsync($"create namespace {space}");
        await Do("create quota small --hard=pods=1,requests.memory=1Gi");
        while (await Do("get quota small -o jsonpath={.status.used.pods}") is not "0") Cancelled.ThrowIfCancellationRequested();
        await Do("apply -f -", Manifest("crowded", "resources: {requests: {memory: 200Mi}}"));
        await Do("apply -f -", Manifest("nameless", "resources: {requests: {memory: 1Mi}}", "priorityClassName: nobody"));
        foreach (var name in new[] { "crowded", "nameless" })
        {
            await Do($"wait --for=condition=ReplicaFailure deployment/{name} --timeout=60s");
            await Say($"get replicasets -l app={name} -o jsonpath="
                + "{.items[0].status.conditions[0].reason}:{.items[0].status.conditions[0].message}");
            await Say($"get deployment/{name} -o jsonpath={{.status.conditions[?(@.type==\"ReplicaFailure\")].message}}");
        }

        while (await Do("get quota small -o jsonpath={.status.used.pods}") is not "1") Cancelled.ThrowIfCancellationRequested();
        await Say("get quota small -o jsonpath={.status}");
        await Say("get quota small --no-headers");
        await Say("get priorityclasses system-node-critical system-cluster-critical -o jsonpath={.items[*].value}");

        await Do("create configmap settings --from-literal=A=1 --from-literal=B=1 --from-literal=C=1");
        await Do("patch configmap settings --type=merge --field-manager=other -p {\"data\":{\"A\":\"2\"}}");
        await Do("patch configmap settings --type=merge --field-manager=third -p {\"data\":{\"B\":null}}");
        await Say("get configmap settings -o jsonpath={range.metadata.managedFields[*]}{.manager}{.fieldsV1}{end}");
        return string.Join('\n', transcript);

        Task<string> Do(string command, string? input = null) =>
            kubectl.RunAsync($"--namespace={space} {command.Replace("\"", "\\\"", StringComparison.Ordinal)}", input);

        async Task Say(string command) => transcript.Add($"$ kubectl {command}\n{Plain(await Do(command), space)}");
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static string Plain(string answer, string space) =>
        Age().Replace(PodName().Replace(answer.Replace(space, "NAMESPACE", StringComparison.Ordinal), "$1-HASH"), "AGE ");

    private static string Manifest(string name, string container, string pod = "") => $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: {{name}}
        spec:
          replicas: 2
          selector:
            matchLabels: {app: {{name}}}
          template:
            metadata:
              labels: {app: {{name}}}
            spec:
              {{pod}}
              containers:
              - name: app
                image: app:1
                {{container}}
        """;

    [GeneratedRegex("(crowded|nameless)-[a-z0-9]+(-[a-z0-9]+)?")]
    private static partial Regex PodName();

    [GeneratedRegex(@"\b[0-9]+s\b *")]
    private static partial Regex Age();
}
