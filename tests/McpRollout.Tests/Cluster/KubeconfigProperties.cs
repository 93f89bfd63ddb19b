using FsCheck;
using FsCheck.Fluent;
using McpRollout.Kubernetes.Connections;
using McpRollout.Kubernetes.Kubeconfigs;
using McpRollout.Tests.Properties;

namespace McpRollout.Tests.Cluster;

public sealed class KubeconfigProperties
{
    private const string Secret = "tok3nThatNobodyMaySee";

    private const string Whole = """
        apiVersion: v1
        kind: Config
        current-context: main
        preferences: &p {colors: true}
        contexts:
        - name: main
          context: {cluster: c, user: u, namespace: shop}
        clusters:
        - name: c
          cluster:
            server: https://10.0.0.1:6443
            tls-server-name: api
            insecure-skip-tls-verify: true
            proxy-url: http://proxy:3128
        - name: d
          cluster: {server: "https://d", certificate-authority-data: "LS0tLS1CRUdJTg=="}
        users:
        - name: u
          user:
            token: tok3nThatNobodyMaySee
            as: someone
            as-groups: [a]
            as-user-extra: {scopes: [x]}
        - name: v
          user:
            client-certificate: certs/a.pem
            client-key: certs/a.key
            tokenFile: token
            exec:
              apiVersion: client.authentication.k8s.io/v1
              command: bin/plugin
              args: [--a, b]
              env: [{name: A, value: b}]
              provideClusterInfo: false
        """;

    private static readonly Gen<string> Piece = Gen.OneOf(
        Texts.Any,
        Gen.Elements(
            "&p", "*p", "<<: *p", "!!binary ", "!!int ", "!x ", "? ", "- ", "---\n", "...\n", "%YAML 9.9\n", "\t", "|\n", ">\n", "\"\\0\"",
            "\"\\x00\"", "\"a\\nb\"",
            "{", "}", "[", "]", "[[[[[[[[", "{{{{", "null", "~", "true", "1e9", "''", "\"", "'", "#", ": ", "\n", "\n\n  ", "@", "`",
            "client-key-data: AAAA\n", "name: c\n"));

    private static readonly Gen<string> Mutated =
        from edits in (
            from kind in Gen.Choose(0, 3)
            from at in Gen.Choose(0, Whole.Length)
            from length in Gen.Choose(1, 30)
            from piece in Piece
            select (kind, at, length, piece)).ListOf(4)
        select edits.Aggregate(Whole, (text, edit) => Edit(text, edit.kind, Math.Min(edit.at, text.Length), edit.length, edit.piece));

    [Fact]
    public void Whatever_a_kubeconfig_says_there_is_a_connection_or_a_sentence() =>
        Rule.HoldsFor(Gen.OneOf(Mutated, Texts.Broken), Connect, count: 3000);

    [Fact]
    public void A_hundred_thousand_levels_are_refused_and_not_followed() => Connect("a: " + new string('[', 100_000));

    private static void Connect(string text)
    {
        try
        {
            using var connection = new ConnectionBuilder("kubeconfig", _ => null, TimeProvider.System)
                .Build(KubeconfigReader.Read(text, "kubeconfig", Path.GetTempPath()));
            Assert.True(connection.Endpoint.Server.IsAbsoluteUri);
        }
        catch (KubeconfigException refused)
        {
            Assert.NotEmpty(refused.Message);
            Assert.DoesNotContain(Secret, refused.Message, StringComparison.Ordinal);
        }
    }

    private static string Edit(string text, int kind, int at, int length, string piece)
    {
        length = Math.Min(length, text.Length - at);
        return kind switch
        {
            0 => text.Insert(at, piece),
            1 => text.Remove(at, length),
            2 => text.Remove(at, length).Insert(at, piece),
            _ => text.Insert(at, text.Substring(at, length)),
        };
    }
}
