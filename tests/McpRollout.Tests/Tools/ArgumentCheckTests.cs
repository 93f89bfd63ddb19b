using System.Text.Json;
using McpRollout.Mcp.Arguments;
using McpRollout.Mcp.Tools;

namespace McpRollout.Tests.Tools;

public sealed class ArgumentCheckTests
{
    private const string Right = """
        "resource_type":"deployment","namespace":"shop","name":"checkout.v2","to_revision":3,"current_revision":4,"reason":"it crashes"
        """;

    [Theory]
    [InlineData("")]
    [InlineData(""","wait_seconds":0""")]
    [InlineData(""","wait_seconds":50.0""")]
    [InlineData(""","wait_seconds":null""")]
    public void RightArgumentsHaveNoMistakes(string more) => Assert.Empty(Mistakes(Right + more));

    [Fact]
    public void AllMistakesAreToldAtOnce()
    {
        var mistakes = Mistakes("""
            "resource_type":"rs","name":"deployment/checkout","to_revision":"3","current_revision":0,"reason":"  ","wait_seconds":99,"namespaces":"shop"
            """);

        Assert.Equal(
        [
            "resource_type \"rs\": a ReplicaSet is one revision of a Deployment and has none of its own; ask for the Deployment that owns "
                + "it, with resource_type \"deployment\"",
            "namespace is missing",
            "name \"deployment/checkout\": give the bare name, \"checkout\"",
            "to_revision must be a whole number; the text \"3\" came",
            "current_revision must be at least 1; 0 came",
            "reason is empty",
            "wait_seconds must be from 0 to 50; 99 came",
            "there is no argument \"namespaces\"; use namespace",
        ],
        mistakes);
    }

    [Fact]
    public void ATextThatAStoreCannotTakeIsRefusedInWords() => Assert.Equal(
        ["reason has the character U+0000: leave it out"],
        Mistakes(Right.Replace("it crashes", "it \\u0000 crashes", StringComparison.Ordinal)));

    [Fact]
    public void WhatIsMissingIsExplained() => Assert.Equal(
    [
        "resource_type is missing: give \"deployment\", \"statefulset\" or \"daemonset\"; it is never guessed",
        "namespace is missing",
        "name is missing",
        "to_revision is missing",
        "current_revision is missing (As k8s_rollout_history reported it)",
        "reason is missing (For the approver: what is wrong, and why that revision)",
    ],
    Mistakes(""));

    [Theory]
    [InlineData("Deployment", "use \"deployment\"")]
    [InlineData("deploy", "use \"deployment\"")]
    [InlineData("deployments.apps", "use \"deployment\"")]
    [InlineData("sts", "use \"statefulset\"")]
    [InlineData("DaemonSets", "use \"daemonset\"")]
    [InlineData("replicaset", "a ReplicaSet is one revision of a Deployment")]
    [InlineData("pods", "a pod keeps no revisions")]
    [InlineData("svc", "a Service keeps no revisions")]
    [InlineData("job", "jobs keep no revisions")]
    [InlineData("cronjob", "jobs keep no revisions")]
    [InlineData("configmap", "an undo does not bring it back")]
    [InlineData("node", "it must be \"deployment\", \"statefulset\" or \"daemonset\"")]
    [InlineData("", "it must be \"deployment\", \"statefulset\" or \"daemonset\"")]
    public void AnotherResourceTypeIsAnsweredWithWhatToUse(string type, string advice)
    {
        var mistake = Assert.Single(Mistakes(Right.Replace("\"deployment\"", $"\"{type}\"", StringComparison.Ordinal)));
        Assert.StartsWith($"resource_type \"{type}\": ", mistake, StringComparison.Ordinal);
        Assert.Contains(advice, mistake, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""["a"]""", "a list")]
    [InlineData("""{"a":1}""", "an object")]
    [InlineData("true", "true")]
    [InlineData("1.5", "the number 1.5")]
    public void AValueOfAnotherTypeIsNamed(string value, string came) => Assert.Equal(
        $"to_revision must be a whole number; {came} came",
        Assert.Single(Mistakes(Right.Replace("\"to_revision\":3", $"\"to_revision\":{value}", StringComparison.Ordinal))));

    [Theory]
    [InlineData("99999999999999999999", "is too large")]
    [InlineData("-1", "must be at least 1")]
    public void ANumberThatNoRevisionCanHaveIsRefused(string number, string why) => Assert.Equal(
        $"to_revision {why}; {number} came",
        Assert.Single(Mistakes(Right.Replace("\"to_revision\":3", $"\"to_revision\":{number}", StringComparison.Ordinal))));

    [Fact]
    public void CharactersAreCountedAsPeopleDo()
    {
        var emoji = string.Concat(Enumerable.Repeat("\U0001F525", 500));
        Assert.Empty(Mistakes(Right.Replace("it crashes", emoji, StringComparison.Ordinal)));
        Assert.Equal(
            "reason has 501 characters; give at most 500",
            Assert.Single(Mistakes(Right.Replace("it crashes", emoji + "!", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("shop\\n")]
    [InlineData("Shop")]
    [InlineData("shop kube-system")]
    public void ANamespaceThatIsNoNameNeverReachesAPath(string name) => Assert.Contains(
        "is not a Kubernetes name",
        Assert.Single(Mistakes(Right.Replace("\"shop\"", $"\"{name}\"", StringComparison.Ordinal))), StringComparison.Ordinal);

    [Fact]
    public void HiddenCharactersAreShown() => Assert.Contains(
        "\\u202E",
        Assert.Single(Mistakes(Right.Replace("\"shop\"", "\"sh\\u202Eop\"", StringComparison.Ordinal))), StringComparison.Ordinal);

    [Theory]
    [InlineData("resourceType", "use resource_type")]
    [InlineData("type", "use resource_type")]
    [InlineData("revision", "use to_revision")]
    [InlineData("xyz", "there are resource_type, namespace, name, to_revision, current_revision, reason, pin_images, pause_owner, "
        + "resume_owner, verify_seconds, wait_seconds")]
    public void AnUnknownArgumentIsAnsweredWithTheNearestOne(string name, string advice) => Assert.Equal(
        $"there is no argument \"{name}\"; {advice}",
        Assert.Single(Mistakes(Right + $",\"{name}\":1")));

    private static IReadOnlyList<string> Mistakes(string arguments) => ArgumentCheck.Mistakes(
        ToolContract.Read("k8s_rollout_undo").InputSchema,
        JsonSerializer.Deserialize<Dictionary<string, JsonElement>>($"{{{arguments}}}")!);
}
