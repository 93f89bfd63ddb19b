using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using McpRollout.Approvals.Audit.Sinks;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Execution;
using McpRollout.Approvals.Git;
using McpRollout.Approvals.Notifications;
using McpRollout.Approvals.Probes;
using McpRollout.Approvals.Registries;
using McpRollout.Approvals.Reverts;
using McpRollout.Forwarding;
using McpRollout.Kubernetes.Connections;
using McpRollout.Rollouts.Cluster;

namespace McpRollout.Tests.Architecture;

/// <summary>Reads the product's compiled code: who refers to what.</summary>
public class OneClassWritesRules
{
    private static readonly Assembly[] Product =
        [typeof(IClusterWriter).Assembly, typeof(Connection).Assembly, typeof(UndoWriter).Assembly, typeof(ApprovingSide).Assembly];

    [Fact]
    public void OnlyTheUndoWriterCallsTheClusterWriter() =>
        Assert.Equal([nameof(UndoWriter)], CallersOf(nameof(IClusterWriter)).Order());

    [Fact]
    public void OnlyTheUndoWriterHasHelmRollBack() => Assert.Equal([nameof(UndoWriter)], CallersOf(nameof(IReleaseWriter)));

    [Fact]
    public void OnlyTheClusterClientSpeaksHttpButForTheApprovingSideThePagesPortTheAuditsReceiversTheRegistriesTheProbesAndGit() =>
        Assert.Equal(
            [
                "ApprovingSide", nameof(GitApi), nameof(HttpReceiver), nameof(ImageRegistries), "KubernetesPipeline", "PageAddressHolder",
                nameof(ProbeReader),
            ],
            CallersOf(nameof(HttpMessageInvoker)).Union(CallersOf(nameof(HttpClient))).Order());

    [Fact]
    public void ReceiversAreTheAuditsWebhookItsAnchorAndTheNotifications() => Assert.Equal(
        [nameof(AnchorSink), nameof(HttpSender), nameof(WebhookSink)],
        CallersOf(nameof(HttpReceiver)).Except([nameof(HttpReceiver)]).Order());

    [Fact]
    public void HostsOfGitAreAskedByWhatPlansARevertAndByWhatOpensIt()
    {
        Assert.Equal([nameof(GitHubHost), nameof(GitLabHost)], CallersOf(nameof(GitApi)).Except([nameof(GitApi)]).Order());
        Assert.Equal([nameof(RevertOpening), nameof(RevertPlanning)], CallersOf(nameof(IGitHost)).Order());
    }

    [Fact]
    public void OnlyTheEmailChannelSpeaksToMailServers() =>
        Assert.Equal([nameof(EmailSender)], CallersOf("SmtpClient"));

    /// <summary>What people are told cannot decide: who tells them knows of no way to.</summary>
    [Fact]
    public void NotificationsCallNothingThatDecides() => Assert.DoesNotContain(
        typeof(NotificationDispatcher).Namespace,
        new[] { nameof(ApprovalBroker), nameof(UndoWriter), nameof(ApprovedUndo), "DecisionTransitions", "IClusterWriter" }
            .SelectMany(CallersOf).Select(NamespaceOf));

    private static string? NamespaceOf(string type) =>
        Product.SelectMany(assembly => assembly.GetTypes()).First(each => each.Name == type && !each.IsNested).Namespace;

    [Theory]
    [InlineData(typeof(ApprovedUndo))]
    [InlineData(typeof(ApprovedOwnerChange))]
    [InlineData(typeof(ApprovedDeletion))]
    [InlineData(typeof(ApprovedHandover))]
    [InlineData(typeof(ApprovedRevert))]
    public void NothingButItsOwnClaimMakesATicket(Type type)
    {
        Assert.True(type.IsSealed);
        Assert.All(type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic),
            constructor => Assert.True(constructor.IsPrivate));
        Assert.Null(type.GetMethod("<Clone>$"));
    }

    /// <summary>The outermost types whose methods call a member of the named type.</summary>
    private static IEnumerable<string> CallersOf(string typeName) =>
        Product.SelectMany(assembly => CallersIn(assembly, typeName)).Distinct();

    private static HashSet<string> CallersIn(Assembly assembly, string typeName)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var metadata = file.GetMetadataReader();
        var callers = new HashSet<string>();
        foreach (var handle in metadata.MethodDefinitions)
        {
            var method = metadata.GetMethodDefinition(handle);
            if (method.RelativeVirtualAddress != 0
                && Calls(file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()!)
                    .Any(token => OwnerOf(metadata, token) == typeName))
                callers.Add(Outermost(metadata, method.GetDeclaringType()));
        }

        return callers;
    }

    // call, callvirt, newobj, ldftn and ldvirtftn carry a method token; a byte that only looks like one resolves to nothing or to some
    // other type.
    private static IEnumerable<EntityHandle> Calls(byte[] code)
    {
        for (var at = 0; at + 4 < code.Length; at++)
        {
            if (code[at] is not (0x28 or 0x6F or 0x73 or 0x06 or 0x07))
                continue;
            var token = BitConverter.ToInt32(code, at + 1);
            if ((token >> 24) is 0x06 or 0x0A or 0x2B)
                yield return MetadataTokens.EntityHandle(token);
        }
    }

    private static string? OwnerOf(MetadataReader metadata, EntityHandle member)
    {
        try
        {
            return member.Kind switch
            {
                HandleKind.MethodDefinition =>
                    NameOf(metadata, metadata.GetMethodDefinition((MethodDefinitionHandle)member).GetDeclaringType()),
                HandleKind.MemberReference => NameOf(metadata, metadata.GetMemberReference((MemberReferenceHandle)member).Parent),
                HandleKind.MethodSpecification =>
                    OwnerOf(metadata, metadata.GetMethodSpecification((MethodSpecificationHandle)member).Method),
                _ => null,
            };
        }
        catch (BadImageFormatException)
        {
            return null;
        }
    }

    private static string? NameOf(MetadataReader metadata, EntityHandle type) => type.Kind switch
    {
        HandleKind.TypeDefinition => metadata.GetString(metadata.GetTypeDefinition((TypeDefinitionHandle)type).Name),
        HandleKind.TypeReference => metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)type).Name),
        _ => null,
    };

    private static string Outermost(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        return type.GetDeclaringType().IsNil ? metadata.GetString(type.Name) : Outermost(metadata, type.GetDeclaringType());
    }
}
