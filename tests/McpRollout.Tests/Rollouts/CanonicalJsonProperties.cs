using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using McpRollout.Rollouts.Json;
using McpRollout.Tests.Properties;

namespace McpRollout.Tests.Rollouts;

public sealed class CanonicalJsonProperties
{
    private static readonly Gen<(string Json, int Seed)> Cases =
        from json in Jsons.Any
        from seed in Gen.Choose(0, int.MaxValue)
        select (json, seed);

    [Fact]
    public void What_is_canonical_stays_as_it_is() =>
        Rule.HoldsFor(Cases, one => Assert.Equal(Canonical(one.Json), Canonical(Canonical(one.Json))));

    [Fact]
    public void Spelling_and_the_order_of_members_do_not_count() => Rule.HoldsFor(Cases, one => Assert.Equal(
        Canonical(one.Json), Canonical(Jsons.Shuffled(JsonNode.Parse(one.Json), new Random(one.Seed))?.ToJsonString() ?? "null")));

    [Fact]
    public void Every_change_of_a_value_counts() => Rule.HoldsFor(
        from json in Jsons.AnyObject
        from seed in Gen.Choose(0, int.MaxValue)
        select (json, seed),
        one =>
            Assert.NotEqual(Canonical(one.json), Canonical(Jsons.Changed(JsonNode.Parse(one.json)!, new Random(one.seed)).ToJsonString())));

    [Fact]
    public void Every_number_reads_back_as_itself() => Rule.HoldsFor(
        ArbMap.Default.GeneratorFor<long>().Select(BitConverter.Int64BitsToDouble).Where(double.IsFinite),
        number =>
        {
            var text = Canonical(number.ToString("R", CultureInfo.InvariantCulture));
            Assert.Equal(number, double.Parse(text, CultureInfo.InvariantCulture));
        },
        count: 2000);

    [Fact]
    public void What_has_no_canonical_form_is_refused_as_such() => Rule.HoldsFor(Jsons.Broken, json =>
    {
        try
        {
            Assert.Equal(Canonical(json), Canonical(Canonical(json)));
        }
        catch (JsonException)
        {
            Assert.Matches("\\\\ud[89a-f]", json);
        }
    });

    private static string Canonical(string json) => Encoding.UTF8.GetString(CanonicalJson.Bytes(JsonElement.Parse(json)));
}
