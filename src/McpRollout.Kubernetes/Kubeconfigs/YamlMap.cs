using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace McpRollout.Kubernetes.Kubeconfigs;

/// <summary>A mapping in a kubeconfig, read field by field; a wrong shape is told with its file, line and field.</summary>
internal sealed class YamlMap(string file, YamlMappingNode node)
{
    /// <summary>Parses YAML, and so JSON too. An empty text is an empty mapping.</summary>
    /// <exception cref="KubeconfigException">The text is no YAML mapping.</exception>
    public static YamlMap Parse(string text, string file)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new MergingParser(new ShallowParser(new Parser(new StringReader(text)))));
            return stream.Documents switch
            {
                [] => new YamlMap(file, []),
                [{ RootNode: YamlMappingNode root }, ..] => new YamlMap(file, root),
                [{ RootNode: var root }, ..] when IsNull(root) => new YamlMap(file, []),
                _ => throw new KubeconfigException($"{file} is not a kubeconfig: it holds no mapping. Point Cluster:Kubeconfig or KUBECONFIG at a kubeconfig."),
            };
        }
        catch (YamlException e)
        {
            // The parser's own text can quote the file, and so a secret.
            throw new KubeconfigException($"{file} is not valid YAML near line {e.Start.Line}, column {e.Start.Column}. Correct it, or fetch it anew.");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // So the parser ends on some malformed input.
            throw new KubeconfigException($"{file} is not valid YAML. Correct it, or fetch it anew.");
        }
    }

    /// <summary>A scalar; null if absent, null or empty.</summary>
    public string? Text(string key) => Find(key) switch
    {
        null => null,
        YamlScalarNode { Value: "" } => null,
        YamlScalarNode scalar => scalar.Value,
        var other => throw Wrong(key, "a string", other),
    };

    /// <summary>A boolean; false if absent.</summary>
    public bool Flag(string key) => Find(key) switch
    {
        null => false,
        YamlScalarNode { Value: { } value } when bool.TryParse(value, out var flag) => flag,
        var other => throw Wrong(key, "true or false", other),
    };

    /// <summary>A mapping; null if absent.</summary>
    public YamlMap? Map(string key) => Find(key) switch
    {
        null => null,
        YamlMappingNode map => new YamlMap(file, map),
        var other => throw Wrong(key, "a mapping", other),
    };

    /// <summary>A list of mappings; empty if absent.</summary>
    public IEnumerable<YamlMap> Maps(string key) => Items(key)
        .Select(item => item is YamlMappingNode map ? new YamlMap(file, map) : throw Wrong(key, "a list of mappings", item));

    /// <summary>A list of strings; empty if absent.</summary>
    public IReadOnlyList<string> Texts(string key) =>
        [.. Items(key).Select(item => item is YamlScalarNode { Value: { } text } ? text : throw Wrong(key, "a list of strings", item))];

    /// <summary>The names of all fields.</summary>
    public IEnumerable<string> Keys => node.Children.Keys.OfType<YamlScalarNode>().Select(key => key.Value ?? "");

    private IList<YamlNode> Items(string key) => Find(key) switch
    {
        null => [],
        YamlSequenceNode list => list.Children,
        var other => throw Wrong(key, "a list", other),
    };

    private YamlNode? Find(string key)
    {
        foreach (var (name, value) in node.Children)
        {
            if (name is YamlScalarNode scalar && scalar.Value == key)
                return IsNull(value) ? null : value;
        }

        return null;
    }

    private static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" or "Null" or "NULL" };

    private KubeconfigException Wrong(string key, string wanted, YamlNode found) =>
        new($"{file}: {key} on line {found.Start.Line} must be {wanted}. Correct it, or fetch the kubeconfig anew.");
}
