using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using McpRollout.Audit;
using McpRollout.Broker;
using McpRollout.Cluster;
using McpRollout.Hosting;

namespace McpRollout.Tests.Tools;

public sealed class ConfigurationSchemaTests
{
    private static readonly JsonObject Schema = SchemaFiles.Read("schemas/configuration.json");

    public static TheoryData<string> Sections => ["Cluster", "Approvals", "Storage", "Audit"];

    private static object DefaultsOf(string section) => section switch
    {
        "Cluster" => new ClusterOptions(),
        "Approvals" => new ApprovalOptions(),
        "Storage" => new StorageOptions(),
        _ => new AuditOptions(),
    };

    [Fact]
    public void TheSchemaHasTheSettingsThatTheProgramReads() => Assert.Equal(
        SettingsCheck.Keys.Order(StringComparer.Ordinal),
        Sections.SelectMany(section => PropertiesOf(section.Data).Select(property => $"{section.Data}:{property.Key}")).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Sections))]
    public void TheSchemaHasEveryOptionWithItsDefault(string section)
    {
        var options = DefaultsOf(section);
        var expected = options.GetType().GetProperties()
            .Where(property => property.CanWrite || typeof(IEnumerable).IsAssignableFrom(property.PropertyType) && property.PropertyType != typeof(string))
            .ToDictionary(property => property.Name, property => DefaultOf(property, options));

        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), PropertiesOf(section).Select(property => property.Key).Order(StringComparer.Ordinal));
        Assert.All(PropertiesOf(section), property =>
        {
            Assert.Equal(expected[property.Key], property.Value!["default"]?.ToJsonString());
            Assert.NotNull(property.Value["description"]);
        });
    }

    [Fact]
    public void NoNamespaceGlobMeansTheSameAsTheDefaultOfTheSchema() =>
        Assert.Equal(new NamespaceScope(["*"]).Allows("any"), new NamespaceScope(new ClusterOptions().Namespaces).Allows("any"));

    [Fact]
    public void TheSettingsThatComeWithTheProgramAreAsTheSchemaSays() =>
        StrictSchema.AssertValid(Schema, SchemaFiles.Read("appsettings.json"));

    [Theory]
    [InlineData("""{"Cluster":{"Readonly":true}}""")]
    [InlineData("""{"Approvals":{"RequestLifetime":900}}""")]
    [InlineData("""{"Approval":{}}""")]
    public void AMistakeIsFound(string settings) => Assert.Single(StrictSchema.Errors(Schema, JsonNode.Parse(settings)));

    private static JsonObject PropertiesOf(string section) => Schema["properties"]![section]!["properties"]!.AsObject();

    private static string? DefaultOf(PropertyInfo property, object options) => property.GetValue(options) switch
    {
        null => null,
        bool flag => flag ? "true" : "false",
        TimeSpan duration => $"\"{duration.ToString("c", CultureInfo.InvariantCulture)}\"",
        string text => $"\"{text}\"",
        IList<string> { Count: 0 } when property.Name == nameof(ClusterOptions.Namespaces) => """["*"]""",
        var other => throw new NotSupportedException($"{property.Name} has a default that the schema cannot be compared with: {other}."),
    };
}
