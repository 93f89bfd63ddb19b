namespace McpRollout.Tests.Architecture;

/// <summary>The sources of this repository, as they lie in its folders.</summary>
internal static class Sources
{
    /// <summary>The folder that everything is in.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The C# files below a folder, relative to the root, in order; what the compiler makes is left out.</summary>
    public static IReadOnlyList<string> In(string folder) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(file => !file.Split('/').Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>A file's lines.</summary>
    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "McpRollout.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("McpRollout.sln is in no folder above the tests.");
        return folder.FullName;
    }
}
