namespace McpRollout.Kubernetes.Kubeconfigs;

/// <summary>Reads one kubeconfig. Paths in it are relative to the folder of the file that names them, as kubectl has it.</summary>
internal static class KubeconfigReader
{
    /// <summary>Reads a kubeconfig's text.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="file">What to call it in errors.</param>
    /// <param name="folder">What its relative paths start from.</param>
    /// <exception cref="KubeconfigException">The text is no kubeconfig.</exception>
    public static Kubeconfig Read(string text, string file, string folder)
    {
        var root = YamlMap.Parse(text, file);
        if (root.Text("apiVersion") is not (null or "v1") || root.Text("kind") is not (null or "Config"))
            throw new KubeconfigException($"{file} is not a kubeconfig: its apiVersion and kind are others than v1 and Config. Point "
                + "Cluster:Kubeconfig or KUBECONFIG at a kubeconfig.");

        var clusters = Named(root, file, "clusters", "cluster", map => Cluster(map, file, folder));
        var users = Named(root, file, "users", "user", map => User(map, file, folder));
        var contexts = Named(root, file, "contexts", "context",
            map => new ContextEntry(map.Text("cluster"), map.Text("user")));
        return new Kubeconfig { CurrentContext = root.Text("current-context"), Contexts = contexts, Clusters = clusters, Users = users };
    }

    private static Dictionary<string, T> Named<T>(YamlMap root, string file, string list, string field, Func<YamlMap, T> read)
    {
        var entries = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var item in root.Maps(list))
        {
            if (item.Text("name") is { } name && item.Map(field) is { } map && !entries.TryAdd(name, read(map)))
                throw new KubeconfigException($"{file}: line {item.Line} repeats the name '{name}' in {list}. Remove one of the two.");
        }

        return entries;
    }

    private static ClusterEntry Cluster(YamlMap map, string file, string folder) => new()
    {
        File = file,
        Server = map.Text("server"),
        TlsServerName = map.Text("tls-server-name"),
        InsecureSkipTlsVerify = map.Flag("insecure-skip-tls-verify"),
        CertificateAuthority = Pem(map, "certificate-authority", file, folder),
        ProxyUrl = map.Text("proxy-url"),
    };

    private static UserEntry User(YamlMap map, string file, string folder) => new()
    {
        File = file,
        ClientCertificate = Pem(map, "client-certificate", file, folder),
        ClientKey = Pem(map, "client-key", file, folder),
        Token = map.Text("token"),
        TokenFile = Absolute(map.Text("tokenFile"), folder),
        Username = map.Text("username"),
        Password = map.Text("password"),
        Exec = map.Map("exec") is { } exec ? Exec(exec, file, folder) : null,
        AuthProvider = map.Map("auth-provider") is { } provider ? provider.Text("name") ?? "" : null,
        As = map.Text("as"),
        AsUid = map.Text("as-uid"),
        AsGroups = map.Texts("as-groups"),
        AsUserExtra = map.Map("as-user-extra") is { } extra
            ? extra.Fields.Keys.ToDictionary(key => key, extra.Texts, StringComparer.Ordinal)
            : new Dictionary<string, IReadOnlyList<string>>(),
    };

    private static ExecEntry Exec(YamlMap map, string file, string folder)
    {
        var command = map.Text("command")
            ?? throw new KubeconfigException($"{file}: an exec section has no command. Name the credential plugin there.");
        return new ExecEntry
        {
            ApiVersion = map.Text("apiVersion") ?? "",
            // A bare name is looked for on PATH; anything with a separator is a path (client-go: GetAuthInfoFileReferences).
            Command = command.AsSpan().ContainsAny('/', Path.DirectorySeparatorChar) ? Absolute(command, folder)! : command,
            Args = map.Texts("args"),
            Env = [.. map.Maps("env").Select(e => KeyValuePair.Create(e.Text("name") ?? "", e.Text("value") ?? ""))],
            ProvideClusterInfo = map.Flag("provideClusterInfo"),
            InstallHint = map.Text("installHint"),
            InteractiveMode = map.Text("interactiveMode"),
        };
    }

    private static PemSource? Pem(YamlMap map, string field, string file, string folder) =>
        PemSource.From(field, file, map.Text(field + "-data"), Absolute(map.Text(field), folder));

    private static string? Absolute(string? path, string folder) => path is null ? null : Path.GetFullPath(path, folder);
}
