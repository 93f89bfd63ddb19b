namespace McpRollout.Kubernetes.Kubeconfigs;

/// <summary>A value in a kubeconfig, by the line that it starts on.</summary>
internal abstract class YamlValue(long line)
{
    public long Line => line;
}

/// <summary>A scalar; a plain one is without quotes.</summary>
internal sealed class YamlText(string text, bool plain, long line) : YamlValue(line)
{
    public string Text => text;

    public bool IsPlain => plain;

    /// <summary>Whether it says that there is no value.</summary>
    public bool IsNull => plain && text is ("" or "~" or "null" or "Null" or "NULL");
}

internal sealed class YamlList(IReadOnlyList<YamlValue> items, long line) : YamlValue(line)
{
    public IReadOnlyList<YamlValue> Items => items;
}
