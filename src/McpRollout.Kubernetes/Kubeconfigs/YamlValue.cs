namespace McpRollout.Kubernetes.Kubeconfigs;

/// <summary>A value in a kubeconfig.</summary>
/// <param name="line">The line that it starts on.</param>
internal abstract class YamlValue(long line)
{
    /// <summary>The line that it starts on.</summary>
    public long Line => line;
}

/// <summary>A scalar.</summary>
/// <param name="text">What it says.</param>
/// <param name="plain">Whether it is without quotes.</param>
/// <param name="line">The line that it starts on.</param>
internal sealed class YamlText(string text, bool plain, long line) : YamlValue(line)
{
    /// <summary>What it says.</summary>
    public string Text => text;

    /// <summary>Whether it says that there is no value.</summary>
    public bool IsNull => plain && text is ("" or "~" or "null" or "Null" or "NULL");
}

/// <summary>A list.</summary>
/// <param name="items">Its values.</param>
/// <param name="line">The line that it starts on.</param>
internal sealed class YamlList(IReadOnlyList<YamlValue> items, long line) : YamlValue(line)
{
    /// <summary>Its values.</summary>
    public IReadOnlyList<YamlValue> Items => items;
}
