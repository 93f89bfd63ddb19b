using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using McpRollout.Kubernetes.Api;
using McpRollout.Rollouts.Text;
using McpRollout.Tests.Properties;

namespace McpRollout.Tests.Cluster;

public sealed class StatusReaderProperties
{
    private static readonly Gen<string> StatusLike =
        from message in Jsons.Broken
        from reason in Gen.OneOf(Jsons.Broken, Gen.Elements("\"Forbidden\"", "\"Gone\"", "\"\""))
        from details in Gen.OneOf(Jsons.Broken, Jsons.Number.Select(seconds => $$"""{"retryAfterSeconds":{{seconds}},"causes":[{}]}"""))
        select $$"""{"kind":"Status","message":{{message}},"reason":{{reason}},"details":{{details}}}""";

    [Fact]
    public void Whatever_a_server_answers_becomes_a_failure_in_visible_words() => Rule.HoldsFor(
        from code in Gen.OneOf(Gen.Choose(100, 599), Gen.Elements(0, -1, 600, 999))
        from body in Gen.OneOf(StatusLike, Jsons.Broken)
        select (code, body),
        one =>
        {
            var failure = StatusReader.Read(one.code, JsonElement.Parse(one.body), "https://c");

            Assert.True(Enum.IsDefined(failure.Kind));
            Assert.NotEmpty(failure.Message);
            Assert.Equal(VisibleText.Of(failure.Message), failure.Message);
            Assert.True(failure.Message.Length <= 1100);
            Assert.True(failure.RetryAfter is null || failure.RetryAfter > TimeSpan.Zero);
        },
        count: 1000);
}
