using System.Text.Json;
using McpRollout.Rollouts.Owners;

namespace McpRollout.Tests.Rollouts.Owners;

public sealed class OwnerSourceTests
{
    private const string Commit = "9f8e7d00112233445566778899aabbccddeeff00";

    [Theory]
    [InlineData("""{"repoURL": "https://g.example/a/b", "path": "./apps/web/", "targetRevision": "main"}""", "apps/web", "main")]
    [InlineData("""{"repoURL": "https://g.example/a/b", "path": "."}""", null, null)]
    [InlineData("""{"repoURL": "https://g.example/a/b", "targetRevision": "refs/heads/live"}""", null, "live")]
    [InlineData("""{"repoURL": "https://g.example/a/b", "targetRevision": "HEAD"}""", null, null)]
    [InlineData("""{"repoURL": "https://g.example/a/b", "targetRevision": ""}""", null, null)]
    [InlineData("""{"repoURL": "https://g.example/a/b", "targetRevision": ".."}""", null, null)]
    public void An_Application_says_which_folder_it_brought_at_which_commit(string source, string? path, string? branch) => Assert.Equal(
        new OwnerSource.Git("https://g.example/a/b", path, Commit, branch),
        Of("Application", $$"""
            {"spec": {"source": {{source}} }, "status": {"history": [{"revision": "0000000"}, {"revision": "{{Commit}}"}]} }
            """));

    [Theory]
    [InlineData("main@sha1:" + Commit)]
    [InlineData("main/" + Commit)]
    [InlineData("sha1:" + Commit)]
    public void A_Kustomization_names_the_object_that_stands_for_the_repository(string revision)
    {
        var source = Of("Kustomization", $$"""
            {"spec": {"path": "./apps", "sourceRef": {"kind": "GitRepository", "name": "shop", "namespace": "flux-system"} },
             "status": {"lastAppliedRevision": "{{revision}}"} }
            """);
        var flux = Assert.IsType<OwnerSource.OfFlux>(source);
        Assert.Equal(new OwnerSource.OfFlux("flux-system", "shop", "apps", Commit), flux);
        Assert.Equal(
            new OwnerSource.Git("ssh://git@g.example/a/b", "apps", Commit, "live"),
            flux.With(JsonElement.Parse("""{"spec": {"url": "ssh://git@g.example/a/b", "ref": {"branch": "live"} } }""")));
        Assert.IsType<OwnerSource.Untold>(flux.With(JsonElement.Parse("""{"spec": {} }""")));
    }

    [Theory]
    [InlineData("Application", """{"spec": {"sources": [{"repoURL": "a"}, {"repoURL": "b"}]} }""", "several sources")]
    [InlineData("Application", """{"spec": {"source": {"repoURL": "a", "chart": "web"} }, "status": {"sync": {"revision": "1.2.3"} } }""",
        "takes a chart")]
    [InlineData("Application", """{"spec": {"source": {"repoURL": "a"} }, "status": {"sync": {"revision": "HEAD&x=y"} } }""",
        "does not say which commit")]
    [InlineData("Application", """{"spec": {} }""", "no source")]
    [InlineData("Kustomization", """{"spec": {"sourceRef": {"kind": "Bucket", "name": "shop"} } }""", "is no GitRepository")]
    [InlineData("Kustomization", """{"spec": {"sourceRef": {"kind": "GitRepository", "name": "shop"} } }""", "does not say which commit")]
    [InlineData("HelmRelease", """{"spec": {} }""", "which commit its chart comes from")]
    public void An_owner_that_does_not_say_enough_says_what_is_missing(string kind, string owner, string why) =>
        Assert.Contains(why, Assert.IsType<OwnerSource.Untold>(Of(kind, owner)).Why, StringComparison.Ordinal);

    private static OwnerSource Of(string kind, string json) =>
        OwnerSource.Of(new Owner(new OwnerRef(Enum.Parse<OwnerKind>(kind), "argocd", "shop"), JsonElement.Parse(json)));
}
