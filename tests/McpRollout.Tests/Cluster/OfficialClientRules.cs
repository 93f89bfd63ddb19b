using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using McpRollout.Kubernetes;
using McpRollout.Tests.Tools;

namespace McpRollout.Tests.Cluster;

/// <summary>How little of the official client the product knows. OfficialClientTests shows by requests what that keeps out.</summary>
public sealed partial class OfficialClientRules
{
    [Fact]
    public void OneClassKnowsThePackage() => Assert.Equal(
        ["KubernetesPipeline.cs"],
        Directory.EnumerateFiles(Path.Combine(SchemaFiles.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(file => OfThePackage().IsMatch(File.ReadAllText(file)))
            .Select(Path.GetFileName));

    [Fact]
    public void OfThePackageNothingIsCalledButThePipelineWithoutItsKubeconfigTrustCredentialsOrModels()
    {
        using var file = File.OpenRead(typeof(ApiServerClient).Assembly.Location);
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        Assert.Equal(
            [
                "Kubernetes..ctor", "Kubernetes.get_HttpClient",
                "KubernetesClientConfiguration..ctor", "KubernetesClientConfiguration.set_FirstMessageHandlerSetup",
                "KubernetesClientConfiguration.set_Host", "KubernetesClientConfiguration.set_UserAgent",
            ],
            metadata.MemberReferences.Select(member => Named(metadata, metadata.GetMemberReference(member)))
                .OfType<string>().Order(StringComparer.Ordinal));
    }

    private static string? Named(MetadataReader metadata, MemberReference member)
    {
        if (member.Parent.Kind != HandleKind.TypeReference)
            return null;

        var type = metadata.GetTypeReference((TypeReferenceHandle)member.Parent);
        return type.ResolutionScope.Kind == HandleKind.AssemblyReference
            && metadata.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name is var assembly
            && metadata.GetString(assembly).StartsWith("KubernetesClient", StringComparison.Ordinal)
            ? $"{metadata.GetString(type.Name)}.{metadata.GetString(member.Name)}"
            : null;
    }

    [GeneratedRegex(@"using k8s|\bk8s\.[A-Z]")]
    private static partial Regex OfThePackage();
}
