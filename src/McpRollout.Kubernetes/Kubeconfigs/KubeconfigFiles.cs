namespace McpRollout.Kubernetes.Kubeconfigs;

/// <summary>Finds the kubeconfig files as kubectl does: what is configured, else KUBECONFIG, else <c>~/.kube/config</c>.</summary>
internal static class KubeconfigFiles
{
    /// <summary>The files in their order of precedence, whether they exist or not.</summary>
    public static IReadOnlyList<string> Find(string? configured, KubeconfigEnvironment surroundings)
    {
        var list = !string.IsNullOrWhiteSpace(configured) ? configured : surroundings.Variable("KUBECONFIG");
        return string.IsNullOrWhiteSpace(list)
            ? [Path.Combine(surroundings.Home, ".kube", "config")]
            : [.. list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(path => Expand(path, surroundings.Home))
                .Distinct()];
    }

    /// <summary>Reads and merges the files; those that do not exist are skipped.</summary>
    /// <exception cref="KubeconfigException">A file cannot be read, or is no kubeconfig.</exception>
    public static Kubeconfig Load(IEnumerable<string> files) => Kubeconfig.Merge(files.Where(File.Exists).Select(Read));

    private static Kubeconfig Read(string file)
    {
        try
        {
            using var reader = new StreamReader(file);
            var text = ReadBounded(reader) ?? throw YamlReader.TooLong(file);
            return KubeconfigReader.Read(text, file, Path.GetDirectoryName(file)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KubeconfigException($"{file} cannot be read: {PemSource.Why(e)}. Give this user the right to read it, or name "
                + "another file in Cluster:Kubeconfig.");
        }
    }

    /// <summary>All that there is; null if that is longer than any kubeconfig. A device has no length and no end.</summary>
    private static string? ReadBounded(StreamReader reader)
    {
        var text = new StringBuilder();
        Span<char> buffer = stackalloc char[4096];
        while (reader.Read(buffer) is > 0 and var read)
        {
            if (text.Append(buffer[..read]).Length > YamlReader.LongestText)
                return null;
        }

        return text.ToString();
    }

    /// <summary>No shell expands <c>~</c> in a settings file.</summary>
    private static string Expand(string path, string home) =>
        path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, path[2..]) : Path.GetFullPath(path);
}
