namespace McpRollout.Approvals.Audit.SignedFile;

/// <summary>Where an audit keeps what, by the name of its file: <c>audit.jsonl</c> stands for whatever it is called.</summary>
internal sealed class AuditPaths(string file)
{
    private const int PartDigits = 12;
    private const int KeyDigits = 12;

    /// <summary>The file that records are added to.</summary>
    public string File { get; } = Path.GetFullPath(file);

    /// <summary>Who holds it writes; nobody else does.</summary>
    public string Lock => File + ".lock";

    /// <summary>The signed checkpoints: <c>audit.checkpoints.jsonl</c>.</summary>
    public string Checkpoints => In($"{Stem}.checkpoints{Extension}");

    /// <summary>How many bytes of checkpoints there are.</summary>
    public long CheckpointsLength => System.IO.File.Exists(Checkpoints) ? new FileInfo(Checkpoints).Length : 0;

    /// <summary>The private key that signs them: <c>audit-key.pem</c>.</summary>
    public string Key => In($"{Stem}-key.pem");

    /// <summary>The public key: <c>audit-key.pub.pem</c>.</summary>
    public string PublicKey => In($"{Stem}-key.pub.pem");

    /// <summary>Where a public key is kept that signs no more: <c>audit-key.0123456789ab.pub.pem</c>, by its id.</summary>
    public string RetiredPublicKey(string keyId) => In($"{Stem}-key.{keyId[..KeyDigits]}.pub.pem");

    /// <summary>The public keys that sign no more and are still here.</summary>
    public IEnumerable<string> RetiredPublicKeys() =>
        !Directory.Exists(Folder) ? [] : Directory.EnumerateFiles(Folder, $"{Stem}-key.{new string('?', KeyDigits)}.pub.pem");

    /// <summary>Where the part that begins with this record is put aside: <c>audit.000000000001.jsonl</c>.</summary>
    public string Part(long firstSeq) =>
        In($"{Stem}.{firstSeq.ToString($"D{PartDigits}", CultureInfo.InvariantCulture)}{Extension}");

    /// <summary>The parts that were put aside and are still here, in order.</summary>
    public IReadOnlyList<string> Parts() => !Directory.Exists(Folder) ? [] :
    [
        .. Directory.EnumerateFiles(Folder, $"{Stem}.{new string('?', PartDigits)}{Extension}")
            .Where(path => Path.GetFileName(path).AsSpan(Stem.Length + 1, PartDigits).IndexOfAnyExceptInRange('0', '9') < 0)
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

    private string Folder => Path.GetDirectoryName(File)!;

    private string Stem => Path.GetFileNameWithoutExtension(File);

    private string Extension => Path.GetExtension(File);

    private string In(string name) => Path.Combine(Folder, name);
}
