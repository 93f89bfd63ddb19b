using System.Globalization;

namespace McpRollout.Tests.Properties;

/// <summary>Where the made-up cases of a run come from: one seed for all of them, fresh unless <c>ROLLOUT_TEST_SEED</c> names
/// one.</summary>
internal static class TestSeed
{
    private const string Variable = "ROLLOUT_TEST_SEED";

    public static int Value { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given
        ? int.Parse(given, NumberStyles.None, CultureInfo.InvariantCulture)
        : Random.Shared.Next();

    /// <summary>Runs a test of made-up cases. Its failure tells the seed, and how the same cases are made again.</summary>
    public static void Tell(Action test)
    {
        try
        {
            test();
        }
        catch (Exception failure)
        {
            throw Told(failure);
        }
    }

    /// <inheritdoc cref="Tell"/>
    public static async Task TellAsync(Func<Task> test)
    {
        try
        {
            await test();
        }
        catch (Exception failure)
        {
            throw Told(failure);
        }
    }

    private static InvalidOperationException Told(Exception failure) =>
        new($"Seed {Value}. Run the test again with {Variable}={Value} in the environment for the same cases.\n{failure.Message}", failure);
}
