using McpRollout.Rollouts.Objects;

namespace McpRollout.Tests.Rollouts;

public sealed class ImageNameTests
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("docker-pullable://registry.example/shop/app@" + Digest, "registry.example/shop/app:1.2")]
    [InlineData("registry.example/shop/app@" + Digest, "registry.example/shop/app:1.2")]
    [InlineData("docker.io/library/nginx@" + Digest, "nginx")]
    [InlineData("docker.io/library/nginx@" + Digest, "nginx:1.27")]
    [InlineData("docker.io/library/nginx@" + Digest, "docker.io/nginx:1.27")]
    [InlineData("docker.io/acme/app@" + Digest, "acme/app:1")]
    [InlineData("localhost:5000/app@" + Digest, "localhost:5000/app:1")]
    [InlineData("mirror.example/registry.example/shop/app@" + Digest, "registry.example/shop/app:1.2")]
    public void What_an_image_id_names_can_be_pulled_by_the_images_own_name(string imageId, string image) =>
        Assert.Equal(Digest, ImageName.DigestRun(imageId, image));

    /// <summary>Local ids of Docker and containerd, other repositories, and what is no digest at all.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(Digest)]
    [InlineData("docker://" + Digest)]
    [InlineData("registry.example/other/app@" + Digest)]
    [InlineData("registry.example/shop/app:1.2")]
    [InlineData("registry.example/shop/app@sha256:0123")]
    [InlineData("registry.example/shop/app@sha256:0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("registry.example/shop/app@sha512:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    public void Nothing_is_known_of_what_could_not_be_pulled(string? imageId) =>
        Assert.Null(ImageName.DigestRun(imageId, "registry.example/shop/app:1.2"));

    [Theory]
    [InlineData("app:1", "app:1", true)]
    [InlineData("app:1@" + Digest, "app:1", true)]
    [InlineData("app@" + Digest, "app:1", true)]
    [InlineData("mirror.example/app:1", "app:1", true)]
    [InlineData("app:2", "app:1", false)]
    [InlineData("app", "app:1", false)]
    [InlineData("app:latest", "app", true)]
    [InlineData("other:1", "app:1", false)]
    [InlineData("", "app:1", false)]
    public void A_pods_image_is_the_templates_unless_somebody_changed_it(string ofPod, string ofTemplate, bool isSame) =>
        Assert.Equal(isSame, ImageName.IsSame(ofPod, ofTemplate));

    [Theory]
    [InlineData("app:1", "app")]
    [InlineData("app", "app")]
    [InlineData("localhost:5000/app:1", "localhost:5000/app")]
    [InlineData("localhost:5000/app", "localhost:5000/app")]
    public void A_pinned_image_has_the_digest_alone(string image, string repository)
    {
        Assert.Equal($"{repository}@{Digest}", ImageName.Pinned(image, Digest));
        Assert.Equal((Digest, ImageNaming.Digest),
            (ImageName.DigestOf(ImageName.Pinned(image, Digest)), ImageName.NamingOf(ImageName.Pinned(image, Digest))));
    }
}
