using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpRollout.Rollouts.Json;

namespace McpRollout.Tests.Rollouts;

/// <summary>The examples of RFC 8785.</summary>
public sealed class CanonicalJsonTests
{
    [Fact]
    public void Section_3_2_2_and_its_bytes_in_3_2_4()
    {
        const string Input = """
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """;
        const string Expected =
            "7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a5b3333333333333333332e333333333333332c" +
            "31652b33302c342e352c302e3030322c31652d32375d2c22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d";
        Assert.Equal(Expected, Convert.ToHexStringLower(CanonicalJson.Bytes(JsonElement.Parse(Input))));
        Assert.Equal(Expected, Convert.ToHexStringLower(CanonicalJson.Bytes(JsonNode.Parse(Input))));
    }

    [Fact]
    public void Section_3_2_3_sorts_names_by_their_UTF16_code_units()
    {
        const string Input = """
            {
              "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
              "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"
            }
            """;
        var sorted = JsonElement.Parse(CanonicalJson.Bytes(JsonElement.Parse(Input))).EnumerateObject()
            .Select(member => member.Value.GetString());
        Assert.Equal(
            ["Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign", "Emoji: Grinning Face",
                "Hebrew Letter Dalet With Dagesh"],
            sorted);
    }

    [Theory]
    [InlineData(0x0000000000000000, "0")]
    [InlineData(0x8000000000000000, "0")]
    [InlineData(0x0000000000000001, "5e-324")]
    [InlineData(0x8000000000000001, "-5e-324")]
    [InlineData(0x7fefffffffffffff, "1.7976931348623157e+308")]
    [InlineData(0xffefffffffffffff, "-1.7976931348623157e+308")]
    [InlineData(0x4340000000000000, "9007199254740992")]
    [InlineData(0xc340000000000000, "-9007199254740992")]
    [InlineData(0x4430000000000000, "295147905179352830000")]
    [InlineData(0x44b52d02c7e14af5, "9.999999999999997e+22")]
    [InlineData(0x44b52d02c7e14af6, "1e+23")]
    [InlineData(0x44b52d02c7e14af7, "1.0000000000000001e+23")]
    [InlineData(0x444b1ae4d6e2ef4e, "999999999999999700000")]
    [InlineData(0x444b1ae4d6e2ef4f, "999999999999999900000")]
    [InlineData(0x444b1ae4d6e2ef50, "1e+21")]
    [InlineData(0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7")]
    [InlineData(0x3eb0c6f7a0b5ed8d, "0.000001")]
    [InlineData(0x41b3de4355555553, "333333333.3333332")]
    [InlineData(0x41b3de4355555554, "333333333.33333325")]
    [InlineData(0x41b3de4355555555, "333333333.3333333")]
    [InlineData(0x41b3de4355555556, "333333333.3333334")]
    [InlineData(0x41b3de4355555557, "333333333.33333343")]
    [InlineData(0xbecbf647612f3696, "-0.0000033333333333333333")]
    [InlineData(0x43143ff3c1cb0959, "1424953923781206.2")]
    public void Appendix_B_writes_numbers_as_ECMAScript(ulong bits, string expected)
    {
        var number = BitConverter.UInt64BitsToDouble(bits).ToString("R", CultureInfo.InvariantCulture);
        Assert.Equal(expected, Encoding.UTF8.GetString(CanonicalJson.Bytes(JsonElement.Parse(number))));
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("1e999")]
    [InlineData("\"\\ud800\"")]
    public void What_is_not_I_JSON_is_refused(string text) =>
        Assert.Throws<JsonException>(() => CanonicalJson.Bytes(JsonElement.Parse(text)));

    [Fact]
    public void Nothing_but_the_value_counts()
    {
        var spaced = CanonicalJson.Bytes(JsonElement.Parse("""{ "b" : [ 1.0 , 10e1 ], "a" : { } , "é<>&+" : "\u00e9/" }"""));
        Assert.Equal("""{"a":{},"b":[1,100],"é<>&+":"é/"}""", Encoding.UTF8.GetString(spaced));
        Assert.Equal("null", Encoding.UTF8.GetString(CanonicalJson.Bytes((JsonNode?)null)));
    }
}
