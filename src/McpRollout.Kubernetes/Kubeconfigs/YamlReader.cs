using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace McpRollout.Kubernetes.Kubeconfigs;

/// <summary>
/// Reads YAML within bounds. It takes the library's events one by one: a tree of the library's own is built, hashed and merged by recursion
/// through whatever a text's aliases lead to, and a full stack ends the process.
/// </summary>
internal sealed class YamlReader(string text, string file)
{
    /// <summary>The longest text that is read. Unit: characters.</summary>
    public const int LongestText = 16 << 20;

    private const int DeepestNesting = 50;
    private const int MostValues = 200_000;

    private readonly Parser _parser = new(new StringReader(text.TrimStart('\ufeff')));
    private readonly Dictionary<AnchorName, YamlValue> _anchors = [];
    private int _depth;
    private int _values;

    /// <summary>Reads the first document, as kubectl does; null if there is none.</summary>
    /// <exception cref="KubeconfigException">The text is no YAML, or beyond the bounds.</exception>
    public YamlValue? Read()
    {
        if (text.Length > LongestText)
            throw TooLong(file);

        // The library takes it for the end of the text.
        if (text.IndexOf('\0', StringComparison.Ordinal) is >= 0 and var at)
            throw Refused(1 + text.AsSpan(0, at).Count('\n'), "holds a NUL character");

        try
        {
            Next();
            return Next() is DocumentStart ? Value(Next()) : null;
        }
        catch (YamlException e)
        {
            // The library's own text can quote the file, and so a secret.
            throw Invalid(e.Start);
        }
        catch (Exception e) when (e is not KubeconfigException)
        {
            // So the library ends on some malformed input.
            throw Invalid(_parser.Current?.End ?? Mark.Empty);
        }
    }

    /// <summary>The refusal of a text beyond <see cref="LongestText"/>.</summary>
    public static KubeconfigException TooLong(string file) => new(
        $"{file} is longer than {LongestText >> 20} Mi characters, which no kubeconfig is. "
        + "Point Cluster:Kubeconfig or KUBECONFIG at a kubeconfig.");

    private ParsingEvent Next() => _parser.MoveNext() && _parser.Current is { } next ? next : throw new YamlException("The text ended.");

    private YamlValue Value(ParsingEvent start)
    {
        Count(1, start);
        if (start is AnchorAlias alias)
        {
            // An anchor is known from its value's end on: nothing holds itself.
            return _anchors.GetValueOrDefault(alias.Value) ?? throw Refused(start, "names an anchor that is not above it");
        }

        if (++_depth > DeepestNesting)
            throw Refused(start, $"is nested more than {DeepestNesting} levels deep");

        YamlValue value = start switch
        {
            Scalar scalar when scalar.Value.Contains('\0', StringComparison.Ordinal) => throw Refused(start, "holds a NUL character"),
            Scalar scalar => new YamlText(scalar.Value, scalar.Style == ScalarStyle.Plain, start.Start.Line),
            SequenceStart => new YamlList([.. Items()], start.Start.Line),
            MappingStart => Map(start),
            _ => throw new YamlException(start.Start, start.End, "No value starts so."),
        };
        _depth--;
        if (start is NodeEvent { Anchor: { IsEmpty: false } anchor })
            _anchors[anchor] = value;

        return value;
    }

    private IEnumerable<YamlValue> Items()
    {
        while (Next() is not SequenceEnd and var item)
            yield return Value(item);
    }

    private YamlMap Map(ParsingEvent start)
    {
        var fields = new Dictionary<string, YamlValue>(StringComparer.Ordinal);
        var merged = new List<YamlMap>();
        while (Next() is not MappingEnd and var key)
        {
            if (Value(key) is not YamlText name)
                throw Refused(key, "has a key that is not a string");

            var at = Next();
            var value = Value(at);
            if (key is Scalar { Value: "<<", Style: ScalarStyle.Plain })
                merged.AddRange(Mergeable(value, at));
            else if (!fields.TryAdd(name.Text, value))
                throw Refused(key, "repeats a key of its mapping");
        }

        foreach (var map in merged)
        {
            Count(map.Fields.Count, start);
            foreach (var (name, value) in map.Fields)
                fields.TryAdd(name, value);
        }

        return new YamlMap(file, fields, start.Start.Line);
    }

    /// <summary>What a merge key takes fields from; see https://yaml.org/type/merge.html.</summary>
    private IEnumerable<YamlMap> Mergeable(YamlValue value, ParsingEvent at) => value switch
    {
        YamlMap map => [map],
        YamlList list => list.Items.Select(item => item as YamlMap ?? throw Refused(at, "merges what is not a mapping")),
        _ => throw Refused(at, "merges what is not a mapping"),
    };

    private void Count(int more, ParsingEvent at)
    {
        if ((_values += more) > MostValues)
            throw Refused(at, $"goes beyond {MostValues} values");
    }

    private KubeconfigException Refused(ParsingEvent at, string what) => Refused(at.Start.Line, what);

    private KubeconfigException Refused(long line, string what) =>
        new($"{file}: line {line} {what}. Correct it, or fetch the kubeconfig anew.");

    private KubeconfigException Invalid(Mark at) =>
        new($"{file} is not valid YAML near line {at.Line}, column {at.Column}. Correct it, or fetch it anew.");
}
