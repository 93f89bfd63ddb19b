using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace McpRollout.Tests.Properties;

/// <summary>Checks a rule on a fixed number of made-up cases. A failure names the case and the seed that makes it again.</summary>
internal static class Rule
{
    public static void HoldsFor<T>(Gen<T> cases, Action<T> rule, int count = 300)
    {
        var start = FSharpOption<Replay>.Some(new Replay(new Rnd((ulong)TestSeed.Value), FSharpOption<int>.None));
        TestSeed.Tell(() => Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(start), Prop.ForAll(cases.ToArbitrary(), rule)));
    }
}
