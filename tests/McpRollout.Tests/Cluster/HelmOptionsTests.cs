using McpRollout.Kubernetes.Helm;

namespace McpRollout.Tests.Cluster;

public sealed class HelmOptionsTests
{
    [Fact]
    public void By_default_releases_are_not_served_and_the_program_is_helm()
    {
        var options = new HelmOptions();

        Assert.False(options.Enabled);
        Assert.Equal("helm", options.Program);
        Assert.True(new HelmOptionsValidation().Validate(null, options).Succeeded);
    }

    [Theory]
    [InlineData("")]
    [InlineData("helm upgrade")]
    [InlineData("helm;true")]
    [InlineData("bin/helm")]
    [InlineData("/nowhere/helm")]
    public void A_program_that_cannot_be_run_as_it_stands_is_refused_with_its_remedy(string program)
    {
        var failure = Assert.Single(new HelmOptionsValidation().Validate(null, new() { Program = program }).Failures!);

        Assert.StartsWith($"Helm:Program is '{program}'", failure, StringComparison.Ordinal);
        Assert.Contains("write helm", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_is_there_is_taken() =>
        Assert.True(new HelmOptionsValidation().Validate(null, new() { Program = Environment.ProcessPath! }).Succeeded);
}
