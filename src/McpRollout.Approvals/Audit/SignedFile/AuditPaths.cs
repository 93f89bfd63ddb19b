namespace McpRollout.Approvals.Audit.SignedFile;

/// <summary>Where an audit keeps what, by the name of its file: <c>audit.jsonl</c> stands for whatever it is called.</summary>
internal sealed class AuditPaths
{
    private const int PartDigits = 12;

    private readonly string _folder;
    private readonly string _stem;
    private readonly string _extension;

    public AuditPaths(string file)
    {
        File = Path.GetFullPath(file);
        _folder = Path.GetDirectoryName(File)!;
        (_stem, _extension) = (Path.GetFileNameWithoutExtension(File), Path.GetExtension(File));
    }

    /// <summary>The file that records are added to.</summary>
    public string File { get; }

    /// <summary>Who holds it writes; nobody else does.</summary>
    public string Lock => File + ".lock";

    /// <summary>The signed checkpoints: <c>audit.checkpoints.jsonl</c>.</summary>
    public string Checkpoints => In($"{_stem}.checkpoints{_extension}");

    /// <summary>The private key that signs them: <c>audit-key.pem</c>.</summary>
    public string Key => In($"{_stem}-key.pem");

    /// <summary>The public key: <c>audit-key.pub.pem</c>.</summary>
    public string PublicKey => In($"{_stem}-key.pub.pem");

    /// <summary>Where the part that begins with this record is put aside: <c>audit.000000000001.jsonl</c>.</summary>
    public string Part(long firstSeq) => In(string.Create(
        CultureInfo.InvariantCulture, $"{_stem}.{firstSeq.ToString($"D{PartDigits}", CultureInfo.InvariantCulture)}{_extension}"));

    /// <summary>The parts that were put aside and are still here, in order.</summary>
    public IReadOnlyList<string> Parts() => !Directory.Exists(_folder) ? [] :
    [
        .. Directory.EnumerateFiles(_folder, $"{_stem}.{new string('?', PartDigits)}{_extension}")
            .Where(path => Path.GetFileName(path).AsSpan(_stem.Length + 1, PartDigits).IndexOfAnyExceptInRange('0', '9') < 0)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Every file with records, in their order.</summary>
    public IReadOnlyList<string> Files() => System.IO.File.Exists(File) ? [.. Parts(), File] : Parts();

    /// <summary>Every record's line, in order, without keeping others from writing.</summary>
    public IEnumerable<string> Lines() => Files().SelectMany(LinesOf);

    /// <summary>
    /// The lines that there are now, to be read later: the files are open already, so that none is missed for being put aside, and what is
    /// added is left out.
    /// </summary>
    public IEnumerable<string> LinesAsOfNow() =>
        Files().Select(path => (Stream: Open(path), new FileInfo(path).Length)).ToList().SelectMany(file => Read(file.Stream, file.Length));

    /// <summary>The lines of one file.</summary>
    public static IEnumerable<string> LinesOf(string path) => FirstLinesOf(path, long.MaxValue);

    /// <summary>The lines of so many bytes of a file.</summary>
    public static IEnumerable<string> FirstLinesOf(string path, long length) => Read(Open(path), length);

    private static IEnumerable<string> Read(Stream stream, long length)
    {
        using var reader = new StreamReader(stream);
        for (var read = 0L; read < length && reader.ReadLine() is { } line; read += Encoding.UTF8.GetByteCount(line) + 1)
            yield return line;
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private string In(string name) => Path.Combine(_folder, name);
}
