using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Notifications;
using McpRollout.Approvals.Policies;
using McpRollout.Approvals.Probes;
using McpRollout.Approvals.Registries;
using McpRollout.Approvals.Requests;
using McpRollout.Approvals.Storage;
using McpRollout.Hosting;
using McpRollout.Kubernetes.Connections;
using McpRollout.Kubernetes.Helm;
using McpRollout.Rollouts.Cluster;

namespace McpRollout.Tests.Tools;

public sealed class ConfigurationSchemaTests
{
    private static readonly JsonObject Schema = SchemaFiles.Read("schemas/configuration.json");

    public static TheoryData<string> Sections =>
        ["Cluster", "Helm", "Approvals", "Limits", "Registry", "Storage", "Audit", "Audit:Sinks", "Audit:Webhook"];

    private static object DefaultsOf(string section) => section switch
    {
        "Cluster" => new ClusterOptions(),
        "Helm" => new HelmOptions(),
        "Approvals" => new ApprovalOptions(),
        "Limits" => new LimitOptions(),
        "Registry" => new RegistryOptions(),
        "Storage" => new StorageOptions(),
        "Audit:Sinks" => new AuditSinkLevels(),
        "Audit:Webhook" => new WebhookOptions(),
        _ => new AuditOptions(),
    };

    [Fact]
    public void TheSchemaHasTheSettingsThatTheProgramReads() => Assert.Equal(
        SettingsCheck.Keys.Order(StringComparer.Ordinal),
        Sections.Select(section => section.Data)
            .Where(section => !section.Contains(':', StringComparison.Ordinal))
            .Append("Clusters")
            .Append("Policies")
            .Append("Notifications")
            .Append("Git")
            .Append("Mcp")
            .Append("Metrics")
            .Append("Verify")
            .SelectMany(section => KeysOf(section, Schema["properties"]![section]!))
            .Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Sections))]
    public void TheSchemaHasEveryOptionWithItsDefault(string section)
    {
        var options = DefaultsOf(section);
        var expected = options.GetType().GetProperties()
            .Where(property => !Sections.Any(inner => inner.Data == $"{section}:{property.Name}"))
            .Where(property => property.CanWrite || typeof(IEnumerable).IsAssignableFrom(property.PropertyType)
                && property.PropertyType != typeof(string))
            .ToDictionary(property => property.Name, property => DefaultOf(property, options));

        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal),
            PropertiesOf(section).Select(property => property.Key).Order(StringComparer.Ordinal));
        Assert.All(PropertiesOf(section), property =>
        {
            Assert.Equal(expected[property.Key], property.Value!["default"]?.ToJsonString());
            Assert.NotNull(property.Value["description"]);
        });
    }

    [Fact]
    public void NoNamespaceGlobMeansTheSameAsTheDefaultOfTheSchema() =>
        Assert.Equal(new ClusterScope(["*"]).Allows("any"), new ClusterScope(new ClusterOptions().Namespaces).Allows("any"));

    [Fact]
    public void TheSettingsThatComeWithTheProgramAreAsTheSchemaSays() =>
        StrictSchema.AssertValid(Schema, SchemaFiles.Read("appsettings.json"));

    [Theory]
    [InlineData("""{"Cluster":{"Readonly":true}}""")]
    [InlineData("""{"Approvals":{"RequestLifetime":900}}""")]
    [InlineData("""{"Approval":{}}""")]
    public void AMistakeIsFound(string settings) => Assert.Single(StrictSchema.Errors(Schema, JsonNode.Parse(settings)));

    [Fact]
    public void TheSchemaHasEveryOptionOfARuleAndOfAFreeze()
    {
        var rule = Schema["properties"]!["Policies"]!["properties"]!["Rules"]!["items"]!["properties"]!.AsObject();
        Assert.Equal(NamesOf<RuleOptions>(), Names(rule));
        Assert.Equal(NamesOf<FreezeOptions>(), Names(rule["Freezes"]!["items"]!["properties"]!.AsObject()));
        Assert.Equal(NamesOf<ApproversOptions>(), Names(rule["Approvers"]!["properties"]!.AsObject()));
        Assert.Equal(NamesOf<WayHomeOptions>(), Names(rule["WayHome"]!["properties"]!.AsObject()));
        Assert.Equal(NamesOf<TermsOptions>(),
            Names(Schema["properties"]!["Policies"]!["properties"]!["Default"]!["properties"]!.AsObject()));

        static IEnumerable<string> NamesOf<T>() =>
            typeof(T).GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal);
        static IEnumerable<string> Names(JsonObject properties) =>
            properties.Select(property => property.Key).Order(StringComparer.Ordinal);
    }

    [Fact]
    public void TheSchemaHasEveryOptionOfAProbe()
    {
        var verify = Schema["properties"]!["Verify"]!["properties"]!.AsObject();
        var probe = verify["Probes"]!["items"]!["properties"]!.AsObject();
        Assert.Equal(typeof(VerifyOptions).GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal),
            verify.Select(property => property.Key).Order(StringComparer.Ordinal));
        Assert.Equal(typeof(ProbeOptions).GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal),
            probe.Select(property => property.Key).Order(StringComparer.Ordinal));
        Assert.All(probe, property => Assert.NotNull(property.Value!["description"]));
    }

    [Fact]
    public void TheSchemaHasEveryOptionOfAChannelAndEveryKindAndEvent()
    {
        var channel = Schema["properties"]!["Notifications"]!["items"]!["properties"]!.AsObject();
        Assert.Equal(typeof(ChannelOptions).GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal),
            channel.Select(property => property.Key).Order(StringComparer.Ordinal));
        Assert.All(channel, property => Assert.NotNull(property.Value!["description"]));
        Assert.Equal(Enum.GetNames<ChannelKind>().Select(name => name.ToLowerInvariant()), Values(channel["Type"]!));
        Assert.Equal(NotificationEvents.Names, Values(channel["When"]!["items"]!));

        static IEnumerable<string> Values(JsonNode schema) => schema["enum"]!.AsArray().Select(value => value!.GetValue<string>());
    }

    // A section within a section, and a list of sections, go on; everything else is a setting.
    private static IEnumerable<string> KeysOf(string key, JsonNode schema) => schema switch
    {
        _ when schema["properties"] is JsonObject properties =>
            properties.SelectMany(property => KeysOf($"{key}:{property.Key}", property.Value!)),
        _ when schema["additionalProperties"] is JsonObject named =>
            KeysOf($"{key}:NAME", StrictSchema.Resolved(schema.AsObject(), named)),
        _ when schema["items"]?["properties"] is JsonObject => KeysOf($"{key}:N", schema["items"]!),
        _ => [key],
    };

    // A section in a section has its own turn.
    private static IEnumerable<KeyValuePair<string, JsonNode?>> PropertiesOf(string section) =>
        section.Split(':').Aggregate(Schema, (schema, name) => schema["properties"]![name]!.AsObject())["properties"]!.AsObject()
            .Where(property => property.Value!["type"]?.GetValue<string>() != "object");

    private static string? DefaultOf(PropertyInfo property, object options) => property.GetValue(options) switch
    {
        null => null,
        bool flag => flag ? "true" : "false",
        TimeSpan duration => $"\"{duration.ToString("c", CultureInfo.InvariantCulture)}\"",
        int number => number.ToString(CultureInfo.InvariantCulture),
        string text => $"\"{text}\"",
        long number => number.ToString(CultureInfo.InvariantCulture),
        SinkLevel level => $"\"{level}\"",
        IList<string> { Count: 0 } when property.Name == nameof(ClusterOptions.Namespaces) => """["*"]""",
        ICollection { Count: 0 } => null,
        var other => throw new NotSupportedException($"{property.Name} has a default that the schema cannot be compared with: {other}."),
    };
}
