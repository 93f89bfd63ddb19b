using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace McpRollout.Tests.Architecture;

/// <summary>
/// The floor plan: projects and, within each, folders refer to each other in one direction only. A folder is a namespace, so that
/// whatever a file needs of another folder it names by a using directive, by a qualified name, or finds in a folder that its own lies in.
/// </summary>
public partial class RoomsRules(ITestOutputHelper output)
{
    private static readonly IReadOnlyList<SourceFile> Files = [.. Sources.In("src").Select(SourceFile.Read)];

    [Fact]
    public void ProjectsFormNoCycle()
    {
        var graph = Directory.EnumerateFiles(Path.Combine(Sources.Root, "src"), "*.csproj", SearchOption.AllDirectories).ToDictionary(
            project => Path.GetFileNameWithoutExtension(project),
            project => XDocument.Load(project).Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))
                .ToHashSet());
        Print(graph);
        Assert.Empty(CycleIn(graph));
    }

    [Fact]
    public void FoldersFormNoCycle()
    {
        var graph = FolderGraph();
        Print(graph);
        Assert.Empty(CycleIn(graph));
    }

    /// <summary>So that no file can be in one room for the compiler and in another for the reader.</summary>
    [Fact]
    public void AFolderIsANamespace() =>
        Assert.Empty(Files
            .Where(file => file.Namespace is not null && file.Namespace != file.Folder.Replace('/', '.'))
            .Select(file => file.Path));

    /// <summary>What asks the cluster waits for it; what decides does not.</summary>
    [Fact]
    public void OnlyPortsAndReadersOfTheRolloutsWaitForAnything() =>
        Assert.Empty(Files
            .Where(file => file.Folder.StartsWith("McpRollout.Rollouts/", StringComparison.Ordinal))
            .Where(file => file.Folder is not ("McpRollout.Rollouts/Cluster" or "McpRollout.Rollouts/Reading"))
            .Where(file => Waiting().IsMatch(file.Code))
            .Select(file => file.Path));

    /// <summary>The rules themselves are held to: a cycle that is there is found.</summary>
    [Fact]
    public void ACycleIsFoundAndToldInItsOrder() => Assert.Equal(
        ["a", "b", "c", "a"],
        CycleIn(new Dictionary<string, HashSet<string>> { ["a"] = ["b"], ["b"] = ["c", "d"], ["c"] = ["a"], ["d"] = [] }));

    [GeneratedRegex(@"\basync\b|\bawait\b|\bTask\b|\bHttpClient\b|\bFile\.|\bEnvironment\.|IServiceCollection")]
    private static partial Regex Waiting();

    private static Dictionary<string, HashSet<string>> FolderGraph()
    {
        var folders = Files.Select(file => file.Folder).ToHashSet(StringComparer.Ordinal);
        var declared = Files.GroupBy(file => file.Folder).ToDictionary(
            each => each.Key, each => each.SelectMany(file => file.Types).ToHashSet());
        return folders.ToDictionary(folder => folder, folder => Files
            .Where(file => file.Folder == folder)
            .SelectMany(file => file.Usings.Concat(file.Qualified(folders)).Where(folders.Contains)
                .Concat(Above(folder, folders).Where(above => file.Words.Overlaps(declared[above]))))
            .Where(other => other != folder && ProjectOf(other) == ProjectOf(folder))
            .ToHashSet());
    }

    private static string ProjectOf(string folder) => folder.Split('/')[0];

    private static IEnumerable<string> Above(string folder, HashSet<string> folders) =>
        folders.Where(other => folder.StartsWith(other + "/", StringComparison.Ordinal));

    private static List<string> CycleIn(Dictionary<string, HashSet<string>> graph)
    {
        var done = new HashSet<string>();
        foreach (var start in graph.Keys.Order(StringComparer.Ordinal))
        {
            if (Walk(start, []) is { } cycle)
                return cycle;
        }

        return [];

        List<string>? Walk(string node, List<string> path)
        {
            if (path.IndexOf(node) is >= 0 and var at)
                return [.. path[at..], node];
            if (done.Contains(node) || !graph.TryGetValue(node, out var others))
                return null;
            foreach (var other in others.Order(StringComparer.Ordinal))
            {
                if (Walk(other, [.. path, node]) is { } cycle)
                    return cycle;
            }

            done.Add(node);
            return null;
        }
    }

    private void Print(Dictionary<string, HashSet<string>> graph)
    {
        foreach (var (node, others) in graph.OrderBy(each => each.Key, StringComparer.Ordinal))
            output.WriteLine($"{node} -> {(others.Count == 0 ? "nothing" : string.Join(", ", others.Order(StringComparer.Ordinal)))}");
    }

    private sealed record SourceFile(string Path, string Folder, string? Namespace, string Code, HashSet<string> Usings)
    {
        public HashSet<string> Words { get; } = [.. Word().Matches(Code).Select(match => match.Value)];

        public IEnumerable<string> Types => Declaration().Matches(Code).Select(match => match.Groups["name"].Value);

        public static SourceFile Read(string path)
        {
            var text = File.ReadAllText(System.IO.Path.Combine(Sources.Root, path));
            var folder = path["src/".Length..path.LastIndexOf('/')];
            var code = Literal().Replace(Comment().Replace(text, ""), "\"\"");
            return new SourceFile(
                path,
                folder,
                NamespaceOf().Match(code) is { Success: true } found ? found.Groups["name"].Value : null,
                code,
                [.. Using().Matches(code).Select(match => FolderOf(match.Groups["name"].Value))]);
        }

        /// <summary>The folders of this project that are named in front of a type, as in <c>Objects.Workload</c>.</summary>
        public IEnumerable<string> Qualified(HashSet<string> folders) =>
            from match in QualifiedName().Matches(Code)
            let folder = folders.FirstOrDefault(each => each == $"{Folder.Split('/')[0]}/{match.Groups["room"].Value}")
            where folder is not null && Files.Any(file => file.Folder == folder && file.Types.Contains(match.Groups["type"].Value))
            select folder;
    }

    // A project's name has a dot in it itself, but for the program's.
    private static string FolderOf(string name)
    {
        var project = new[] { "McpRollout.Rollouts", "McpRollout.Kubernetes", "McpRollout.Approvals", "McpRollout.PracticeCluster" }
            .FirstOrDefault(each => name == each || name.StartsWith(each + ".", StringComparison.Ordinal)) ?? "McpRollout";
        return project + name[project.Length..].Replace('.', '/');
    }

    [GeneratedRegex(@"//[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"(?<!\$)""(?:[^""\\\n]|\\.)*""")]
    private static partial Regex Literal();

    [GeneratedRegex(@"(?<![\w.])[A-Z]\w+")]
    private static partial Regex Word();

    [GeneratedRegex(
        @"^(?:\w+ )*(?:class|record struct|record|struct|enum|interface|delegate \w+) (?<name>[A-Z]\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceOf();

    [GeneratedRegex(@"^using (?:static )?(?<name>McpRollout[\w.]*);", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(@"(?<![\w.])(?<room>[A-Z]\w+)\.(?<type>[A-Z]\w+)")]
    private static partial Regex QualifiedName();
}
