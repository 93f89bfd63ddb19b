using McpRollout.Rollouts.Changes;

namespace McpRollout.Tests.Rollouts;

public sealed class ImageChangeTests
{
    private const string Digits = "123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("registry.example:5000/shop/checkout:2.7.0", "registry.example:5000/shop/checkout:2.4.0", "2.7.0", "2.4.0")]
    [InlineData("shop/checkout:2", "shop/checkout:2.1", "2", "2.1")]
    [InlineData("shop/checkout", "shop/checkout:2.1", "checkout", "checkout:2.1")]
    [InlineData("shop/checkout:2.1", "other/checkout:2.1", "shop/checkout:2.1", "other/checkout:2.1")]
    [InlineData("a/app@sha256:f" + Digits, "a/app@sha256:0" + Digits, "f123456789ab…", "0123456789ab…")]
    [InlineData("a/app:1", "a/app@sha256:0" + Digits, "app:1", "app@sha256:0123456789ab…")]
    public void What_both_names_begin_with_is_left_out_and_a_tag_is_whole(string from, string to, string shownFrom, string shownTo) =>
        Assert.Equal(new ImageChange("app", shownFrom, shownTo), ImageChange.Of("app", from, to));
}
