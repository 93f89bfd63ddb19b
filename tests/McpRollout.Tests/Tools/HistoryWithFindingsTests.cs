using System.Text;
using System.Text.Json;
using McpRollout.Mcp.Answers;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Findings;
using McpRollout.Rollouts.History;
using McpRollout.Rollouts.Objects;
using McpRollout.Tests.Rollouts;

namespace McpRollout.Tests.Tools;

/// <summary>Ten revisions of a workload with all that can be found of each, and the longest names that people give.</summary>
public sealed class HistoryWithFindingsTests(ITestOutputHelper output)
{
    private const int Limit = 2048;
    private const string Name = "checkout-payment-orchestrator";
    private const string Space = "payments-production-eu";
    private const string Repository = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/payments/checkout-payment-orchestrator";

    private static readonly DateTimeOffset Now = new(2026, 3, 10, 10, 26, 0, TimeSpan.Zero);

    [Fact]
    public void TenRevisionsWithEveryFindingAreUnderTwoKilobytesAndTellAllThatOneIsChosenBy()
    {
        var view = View(10);
        var text = HistoryText.Of(view);
        output.WriteLine(text);

        Assert.InRange(Encoding.UTF8.GetByteCount(text), Limit / 2, Limit);
        Assert.Contains("\n10 (current) 2026-03-10 10:00Z, 0/3 pods ready", text, StringComparison.Ordinal);
        Assert.All(Enumerable.Range(1, 9), number => Assert.Contains($"\n{number} 2026-03-{number:00} 10:00Z, served", text,
            StringComparison.Ordinal));
        Assert.All(Enumerable.Range(2, 9), number => Assert.Contains(
            $": image :{Tag(number - 1)} -> :{Tag(number)} +3 more", text, StringComparison.Ordinal));
        Assert.Contains("failing: ", text, StringComparison.Ordinal);
        Assert.Contains("\n  against 1 to 9: missing-reference (", text, StringComparison.Ordinal);
        Assert.Contains("\n  against 1 to 9: changed-since (", text, StringComparison.Ordinal);
        Assert.Contains("\n  env MODE of orchestrator: value A in 1, 3, 5, 7, 9; value B in 2, 4, 6, 8, 10\n", text,
            StringComparison.Ordinal);
        Assert.Contains("\nwarns managed-by: Argo CD (annotation argocd.argoproj.io/tracking-id: ", text, StringComparison.Ordinal);
        Assert.Contains($"\ninforms autoscaler: {Name} (3 to 40 pods)", text, StringComparison.Ordinal);
        Assert.EndsWith("\nIn short: ask with revision for more.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatTheTextToldInShortIsWholeInTheFactsAndWithTheRevision()
    {
        var view = View(10);

        Assert.All(view.Revisions.Skip(1), revision => Assert.Equal(["missing-reference", "changed-since"], revision.Findings));
        Assert.All(view.Revisions, revision => Assert.Contains($"Secret {Name}-credentials-{revision.Revision}", revision.Reads));
        Assert.Contains(view.Findings, finding => finding.Code == "managed-by" && finding.Message.Contains("self-heal at once",
            StringComparison.Ordinal));
        var whole = HistoryText.Of(View(10, inFull: 4));
        Assert.Contains($"against it: missing-reference (Secret {Name}-credentials-4)", whole, StringComparison.Ordinal);
        Assert.Contains("self-heal at once", whole, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatSeveralHaveInCommonIsToldOnceBeforeAnythingElseIsLeftOut()
    {
        var text = HistoryText.Of(View(2));
        output.WriteLine(text);

        Assert.InRange(Encoding.UTF8.GetByteCount(text), 1, Limit);
        Assert.Contains($"\n  against 1: missing-reference (Secret {Name}-credentials-1)\n", text, StringComparison.Ordinal);
        Assert.Contains($"\n  1 reads ConfigMap {Name}-settings, Secret {Name}-credentials-1\n", text, StringComparison.Ordinal);
        Assert.Contains($"envFrom Secret {Name}-credentials-1 removed\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void FiftyRevisionsHaveAsMuchForEach() =>
        Assert.InRange(Encoding.UTF8.GetByteCount(HistoryText.Of(View(50))), Limit, 5 * Limit);

    [Theory]
    [InlineData(30, 300)]
    [InlineData(500, 300)]
    [InlineData(500, 3)]
    public void NoTextIsLongerThanItMayBe(int lines, int length)
    {
        BoundedLine[] form = [.. Enumerable.Range(0, lines).Select(number => $"{number} {new string('\u00E9', length)}")
            .Select(line => (BoundedLine)line)];

        var text = BoundedText.Of(Limit, [form]);

        Assert.InRange(Encoding.UTF8.GetByteCount(text), Limit / 2, Limit);
        Assert.StartsWith("0 ", text, StringComparison.Ordinal);
    }

    private static string Tag(int number) => $"2026.03.{number:00}-a1b2c3d{number}";

    private static HistoryView View(int count, long? inFull = null)
    {
        var history = History(count);
        var cluster = new ClusterIdentity(
            "arn:aws:eks:eu-central-1:123456789012:cluster/production-eu-central-1", "https://prod.example:6443");
        return Histories.View(
            cluster, HistoryEvidence.Of(history, [], Now), 50, inFull is { } number ? history.Find(number) : null,
            surroundings: Surrounded(history));
    }

    // The Secrets are gone; the ConfigMap was edited a moment ago.
    private static UndoFacts Surrounded(RevisionHistory history)
    {
        var referred = history.Revisions.ToDictionary(
            revision => new Referred(ReferencedKind.Secret, $"{Name}-credentials-{revision.Number}"),
            _ => (ClusterAnswer<JsonElement>)new ClusterFailure(ClusterFailureKind.NotFound, "not found", "NotFound", 404, true));
        referred[new(ReferencedKind.ConfigMap, $"{Name}-settings")] = Samples.Json("""
            {"metadata":{"name":"settings","creationTimestamp":"2026-01-01T10:00:00Z","managedFields":[
              {"manager":"kubectl-edit","operation":"Update","time":"2026-03-10T10:20:00Z","fieldsV1":{"f:data":{"f:mode":{} } } }]} }
            """);
        return new(history, history.Revisions[0])
        {
            Referred = referred,
            NamespacePolicies = new Dictionary<NamespacePolicyKind, ClusterAnswer<IReadOnlyList<JsonElement>>>
            {
                [NamespacePolicyKind.HorizontalPodAutoscaler] = new[]
                {
                    Samples.Json($$"""
                        {"metadata":{"name":"{{Name}}"},"spec":{"minReplicas":3,"maxReplicas":40,"scaleTargetRef":{"kind":"Deployment","name":"{{Name}}"} } }
                        """),
                },
            },
        };
    }

    private static RevisionHistory History(int count)
    {
        string Template(int number) => $$$"""
            {"metadata":{"labels":{"app":"{{{Name}}}"}},"spec":{"containers":[
              {"name":"orchestrator","image":"{{{Repository}}}:{{{Tag(number)}}}","env":[{"name":"MODE","value":"mode-{{{number % 2}}}"}],
               "envFrom":[{"configMapRef":{"name":"{{{Name}}}-settings"} },{"secretRef":{"name":"{{{Name}}}-credentials-{{{number}}}"} }]},
              {"name":"istio-proxy","image":"docker.io/istio/proxyv2:1.24.2"}]}}
            """;
        string Made(int number) => Now.AddMinutes(-26).AddDays(number - count).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null);
        var workload = Workload.From(ResourceType.Deployment, Samples.Json($$$"""
            {"metadata":{"name":"{{{Name}}}","namespace":"{{{Space}}}","uid":"u-1","generation":3,
              "managedFields":[{"manager":"argocd-controller","operation":"Update","time":"{{{Made(count)}}}","fieldsV1":{"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"orchestrator\"}":{"f:image":{} } } } } } } }],
              "annotations":{"deployment.kubernetes.io/revision":"{{{count}}}","argocd.argoproj.io/tracking-id":"{{{Name}}}:apps/Deployment:{{{Space}}}/{{{Name}}}"} },
             "spec":{"replicas":3,"selector":{"matchLabels":{"app":"{{{Name}}}"}},"template":{{{Template(count)}}} },"status":{"observedGeneration":3} }
            """));
        JsonElement[] pods = [.. Enumerable.Range(1, 3).Select(number => Samples.Json($$$"""
            {"metadata":{"name":"{{{Name}}}-{{{number}}}","labels":{"pod-template-hash":"h{{{count}}}"},"ownerReferences":[{"uid":"rs-{{{count}}}","controller":true}]},
             "status":{"phase":"Running","containerStatuses":[{"name":"orchestrator","restartCount":14,"state":{"waiting":{"reason":"CrashLoopBackOff"} },
               "lastState":{"terminated":{"reason":"Error","exitCode":1} } }]} }
            """))];
        return RevisionHistory.From(workload, [.. Enumerable.Range(1, count).Select(number => Samples.Json($$$"""
            {"metadata":{"name":"{{{Name}}}-{{{number}}}","namespace":"{{{Space}}}","uid":"rs-{{{number}}}","creationTimestamp":"{{{Made(number)}}}",
              "labels":{"pod-template-hash":"h{{{number}}}"},
              "annotations":{"deployment.kubernetes.io/revision":"{{{number}}}","kubernetes.io/change-cause":"Release {{{Tag(number)}}} of {{{Name}}}, CHG-{{{number}}}"},
              "ownerReferences":[{"kind":"Deployment","name":"{{{Name}}}","uid":"u-1","controller":true}]},
             "spec":{"template":{{{Template(number)}}} },"status":{"replicas":{{{(number == count ? 3 : 0)}}},"readyReplicas":0}}
            """))], pods);
    }
}
