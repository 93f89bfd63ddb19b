using McpRollout.Rollouts.Objects;

namespace McpRollout.Tests.Rollouts;

public sealed class FieldWriterTests
{
    // As kube-apiserver v1.20.2 sent it after kubectl apply, kubectl set image and kubectl rollout undo; fields of no concern are left out.
    private const string Deployment = """
        {"metadata":{"name":"web","managedFields":[
          {"manager":"kubectl-client-side-apply","operation":"Update","apiVersion":"apps/v1","time":"2026-11-22T06:40:52Z","fieldsType":"FieldsV1","fieldsV1":{
            "f:spec":{"f:replicas":{},"f:template":{"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"app\"}":{".":{},"f:env":{".":{},"k:{\"name\":\"A\"}":{".":{},"f:name":{},"f:value":{}}},"f:name":{}}}}}}}},
          {"manager":"kube-controller-manager","operation":"Update","apiVersion":"apps/v1","time":"2026-11-22T06:41:59Z","fieldsType":"FieldsV1","fieldsV1":{
            "f:metadata":{"f:annotations":{"f:deployment.kubernetes.io/revision":{}}},"f:status":{"f:replicas":{}}}},
          {"manager":"kubectl","operation":"Update","apiVersion":"apps/v1","time":"2026-11-22T06:40:59Z","fieldsType":"FieldsV1","fieldsV1":{
            "f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"app\"}":{"f:image":{}}}}}}}}]},
         "spec":{"template":{}}}
        """;

    [Fact]
    public void The_latest_who_owns_part_of_the_template_is_named_with_the_time()
    {
        var workload = Workload.From(ResourceType.Deployment, Samples.Json(Deployment));

        Assert.Equal(new FieldWriter("kubectl", new(2026, 11, 22, 6, 40, 59, TimeSpan.Zero)), FieldWriter.OfTemplate(workload));
        Assert.Equal(FieldWriter.OfTemplate(workload), FieldWriter.OfImages(workload));
        Assert.Equal("kubectl-client-side-apply", FieldWriter.Of(workload.Raw, "spec", "replicas")?.Manager);
        Assert.Equal("\"kubectl\" 2026-11-22 06:40Z (kubectl: by hand or by a script)", FieldWriter.OfTemplate(workload)!.ToString());
    }

    [Fact]
    public void Who_changed_something_else_later_leaves_the_image_with_its_writer()
    {
        var edited = Deployment.Replace("06:40:52Z", "09:00:00Z", StringComparison.Ordinal)
            .Replace("kubectl-client-side-apply", "argocd-controller", StringComparison.Ordinal);
        var workload = Workload.From(ResourceType.Deployment, Samples.Json(edited));

        Assert.Equal(("argocd-controller", "kubectl"),
            (FieldWriter.OfTemplate(workload)?.Manager, FieldWriter.OfImages(workload)?.Manager));
    }

    [Fact]
    public void Where_nothing_is_recorded_nobody_is_named() => Assert.Null(FieldWriter.OfTemplate(Samples.Deployment()));

    [Theory]
    [InlineData("kubectl-edit", WriterKind.Hand)]
    [InlineData("Mozilla", WriterKind.Hand)]
    [InlineData("kubectl-client-side-apply", WriterKind.Kubectl)]
    [InlineData("kubectl", WriterKind.Kubectl)]
    [InlineData("helm", WriterKind.Pipeline)]
    [InlineData("Terraform", WriterKind.Pipeline)]
    [InlineData("release-pipeline", WriterKind.Pipeline)]
    [InlineData("helm-controller", WriterKind.GitOps)]
    [InlineData("kustomize-controller", WriterKind.GitOps)]
    [InlineData("argocd-application-controller", WriterKind.GitOps)]
    [InlineData("mcp-rollout", WriterKind.McpRollout)]
    [InlineData("before-first-apply", WriterKind.Unknown)]
    internal void A_managers_name_hints_at_what_it_is(string manager, WriterKind kind) =>
        Assert.Equal(kind, new FieldWriter(manager, null).Kind);

    [Fact]
    public void A_managers_name_is_somebodys_words() =>
        Assert.Equal("\"x\\u202E\\u000A(a GitOps controller)\"", new FieldWriter("x\u202E\n(a GitOps controller)", null).ToString());
}
