using System.Net;
using System.Net.Sockets;
using System.Text;
using McpRollout.Rollouts.Cluster;
using McpRollout.Rollouts.Objects;
using McpRollout.Tests.EndToEnd;
using static McpRollout.Tests.Cluster.ScriptedServer;

namespace McpRollout.Tests.Cluster;

/// <summary>What <c>as</c> and its relatives put on the wire, byte by byte, and what a real API server makes of it.</summary>
public sealed class ImpersonationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_value_has_a_line_of_its_own_and_the_body_is_whole()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = Client(Kubeconfig(
            $"{{server: 'http://{listener.LocalEndpoint}'}}",
            "{as: jane, as-groups: ['a, b', c, d], as-user-extra: {Scopes: [view, edit], acme.com/team%: [x], scopes: [admin]}}"));

        var asking = client.PatchWorkloadAsync(Checkout, "[\"body\"]"u8.ToArray(), Cancel);
        using var socket = await listener.AcceptSocketAsync(Cancel);
        var request = await ReadAsync(socket);
        await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"u8.ToArray(), Cancel);

        Assert.True((await asking).Succeeded);
        Assert.Equal(
            [
                "Impersonate-User: jane", "Impersonate-Group: a, b", "Impersonate-Group: c", "Impersonate-Group: d",
                "Impersonate-Extra-Scopes: view", "Impersonate-Extra-Scopes: edit", "Impersonate-Extra-Scopes: admin",
                "Impersonate-Extra-acme.com%2Fteam%25: x",
            ],
            request.Split("\r\n").Where(line => line.StartsWith("Impersonate-", StringComparison.Ordinal)));
        Assert.EndsWith("\r\n\r\n[\"body\"]", request, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", "HTTP/2")]
    [InlineData("a, b", "HTTP/1.1")]
    public async Task Several_values_leave_http_2_which_knows_no_lines(string groups, string protocol)
    {
        using var authority = new TestAuthority();
        await using var server = await TlsTests.ServeAsync(authority.ServerCertificate());
        var cluster = $"{{server: 'https://127.0.0.1:{server.Port}', certificate-authority-data: {authority.Data}}}";
        var answer = await Client(Kubeconfig(cluster, $"{{token: t, as: jane, as-groups: [{groups}]}}"))
            .GetWorkloadAsync(Checkout, Freshness.Latest, Cancel);
        Assert.True(answer.Succeeded, answer.Failure?.Message);
        var seen = server.Requests.Single();
        Assert.Equal((protocol, groups.Replace(", ", ",", StringComparison.Ordinal)), (seen.Protocol, seen.Headers["Impersonate-Group"]));
    }

    [Fact]
    public async Task A_real_api_server_takes_each_group_and_each_extra_value_by_itself()
    {
        await using var cluster = await ClusterUnderTest.RealAsync();
        await cluster.KubectlAsync("apply -f -", Rights(cluster.Namespace));
        try
        {
            await cluster.MakeAsync("deployment");
            await cluster.UntilAllowedAsync("undoer", $"impersonate groups/{cluster.Namespace}-second");
            await cluster.UntilAsync(
                $"auth can-i get deployments --as=jane --as-group={cluster.Namespace}-second --as-group=system:authenticated", "yes");
            var (first, second) = ($"{cluster.Namespace}-first", $"{cluster.Namespace}-second");

            Assert.Null(await AskAsync(cluster, $"[{first}, {second}]", "[view, edit]"));
            Assert.Equal(ClusterFailureKind.Forbidden, await AskAsync(cluster, $"[{first}]", "[view, edit]"));
            Assert.Equal(ClusterFailureKind.Forbidden, await AskAsync(cluster, $"[{first}, {second}]", "[view, other]"));
            Assert.Equal(ClusterFailureKind.Forbidden, await AskAsync(cluster, $"['{first}, {second}']", "[view, edit]"));
        }
        finally
        {
            await cluster.KubectlAsync($"delete clusterrole,clusterrolebinding {cluster.Namespace}");
        }
    }

    private static async Task<ClusterFailureKind?> AskAsync(ClusterUnderTest cluster, string groups, string scopes)
    {
        var config = await cluster.KubectlAsync("config view --raw --flatten --minify --context=undoer");
        var lines = config.Replace(
            "    token:",
            $"    as: jane\n    as-groups: {groups}\n    as-user-extra: {{acme.com/scopes: {scopes}}}\n    token:",
            StringComparison.Ordinal);
        return (await Client(lines).GetWorkloadAsync(
            new WorkloadRef(ResourceType.Deployment, cluster.Namespace, "web"), Freshness.Latest, Cancel)).Failure?.Kind;
    }

    /// <summary>The user may act as jane, in two groups, with two values of a key; the second group may read Deployments.</summary>
    private static string Rights(string name) => $$"""
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: {{name}}}
        rules:
        - {apiGroups: [""], resources: [users], resourceNames: [jane], verbs: [impersonate]}
        - {apiGroups: [""], resources: [groups], resourceNames: ["{{name}}-first", "{{name}}-second"], verbs: [impersonate]}
        - {apiGroups: [authentication.k8s.io], resources: [userextras/acme.com/scopes], resourceNames: [view, edit], verbs: [impersonate]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: {{name}}}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {{name}}}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: undoer}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: read, namespace: {{name}}}
        rules:
        - {apiGroups: [apps], resources: [deployments], verbs: [get, list]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: read, namespace: {{name}}}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: read}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: "{{name}}-second"}]
        """;

    private static async Task<string> ReadAsync(Socket socket)
    {
        var request = new StringBuilder();
        var buffer = new byte[4096];
        while (!request.ToString().EndsWith("\"body\"]", StringComparison.Ordinal))
            request.Append(Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, Cancel)));

        return request.ToString();
    }
}
