namespace McpRollout.Kubernetes.Kubeconfigs;

/// <summary>A mapping in a kubeconfig, read field by field; a wrong shape is told with its file, line and field.</summary>
internal sealed class YamlMap(string file, IReadOnlyDictionary<string, YamlValue> fields, long line = 1) : YamlValue(line)
{
    /// <summary>Parses YAML, and so JSON too. An empty text is an empty mapping.</summary>
    /// <exception cref="KubeconfigException">The text is no YAML mapping.</exception>
    public static YamlMap Parse(string text, string file) => new YamlReader(text, file).Read() switch
    {
        null or YamlText { IsNull: true } => new YamlMap(file, new Dictionary<string, YamlValue>()),
        YamlMap root => root,
        _ => throw new KubeconfigException(
            $"{file} is not a kubeconfig: it holds no mapping. Point Cluster:Kubeconfig or KUBECONFIG at a kubeconfig."),
    };

    public IReadOnlyDictionary<string, YamlValue> Fields => fields;

    /// <summary>A scalar; null if absent, null or empty.</summary>
    public string? Text(string key) => Find(key) switch
    {
        null or YamlText { Text: "" } => null,
        YamlText scalar => scalar.Text,
        var other => throw Wrong(key, "a string", other),
    };

    /// <summary>A boolean, in one of YAML 1.1's words for it and without quotes; false if absent.</summary>
    public bool Flag(string key) => Find(key) switch
    {
        null => false,
        YamlText { IsPlain: true, Text: var text } when text.ToUpperInvariant() is "TRUE" or "YES" or "ON" or "Y" => true,
        YamlText { IsPlain: true, Text: var text } when text.ToUpperInvariant() is "FALSE" or "NO" or "OFF" or "N" => false,
        var other => throw Wrong(key, "true or false", other),
    };

    /// <summary>A mapping; null if absent.</summary>
    public YamlMap? Map(string key) => Find(key) switch
    {
        null => null,
        YamlMap map => map,
        var other => throw Wrong(key, "a mapping", other),
    };

    /// <summary>A list of mappings; empty if absent.</summary>
    public IEnumerable<YamlMap> Maps(string key) => Items(key)
        .Select(item => item as YamlMap ?? throw Wrong(key, "a list of mappings", item));

    /// <summary>A list of strings; empty if absent.</summary>
    public IReadOnlyList<string> Texts(string key) =>
        [.. Items(key).Select(item => item is YamlText scalar ? scalar.Text : throw Wrong(key, "a list of strings", item))];

    private IReadOnlyList<YamlValue> Items(string key) => Find(key) switch
    {
        null => [],
        YamlList list => list.Items,
        var other => throw Wrong(key, "a list", other),
    };

    private YamlValue? Find(string key) => fields.GetValueOrDefault(key) is { } value and not YamlText { IsNull: true } ? value : null;

    private KubeconfigException Wrong(string key, string wanted, YamlValue found) =>
        new($"{file}: {key} on line {found.Line} must be {wanted}. Correct it, or fetch the kubeconfig anew.");
}
