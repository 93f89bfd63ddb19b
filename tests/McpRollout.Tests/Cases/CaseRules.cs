using System.Reflection;
using System.Text.RegularExpressions;
using McpRollout.Tests.Tools;

namespace McpRollout.Tests.Cases;

public partial class CaseRules
{
    private static readonly string Reliability = File.ReadAllText(Path.Combine(SchemaFiles.Root, "docs", "reliability.md"));
    private static readonly string ThreatModel = File.ReadAllText(Path.Combine(SchemaFiles.Root, "docs", "threat-model.md"));

    public static TheoryData<Hazard> All => [.. Enum.GetValues<Hazard>()];

    [Theory]
    [MemberData(nameof(All))]
    public void EachOfTheFifteenCasesHasItsTestAndTheDocsNameIt(Hazard which)
    {
        var proofs = Tests().Where(test => test.GetCustomAttributes<ProvesAttribute>().Any(proof => proof.Which == which)).ToList();
        Assert.NotEmpty(proofs);
        var row = Reliability.Split('\n').Single(line => line.StartsWith($"| {(int)which} |", StringComparison.Ordinal));
        Assert.Contains(proofs, proof => row.Contains($"`{proof.Name}`", StringComparison.Ordinal));
    }

    [Fact]
    public void EveryTestThatTheDocsNameExists()
    {
        var names = Tests().Select(test => test.Name).ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain(TestNames().Matches(Reliability + ThreatModel).Select(match => match.Groups[1].Value),
            name => !names.Contains(name));
    }

    private static IEnumerable<MethodInfo> Tests() => typeof(CaseRules).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        .Where(method => method.GetCustomAttribute<FactAttribute>() is not null);

    // A test's name is a sentence of at least four words, in Pascal case or with a line between them.
    [GeneratedRegex("`((?:[A-Z][a-z]*[A-Z]?){4,}|[A-Z][a-z0-9]*(?:_[A-Za-z0-9]+){3,})`")]
    private static partial Regex TestNames();
}
