namespace McpRollout.Rollouts.History;

/// <summary>A digest that a container of a revision was seen to run.</summary>
/// <param name="Run">What was seen.</param>
/// <param name="FirstSeen">When for the first time.</param>
/// <param name="LastSeen">When for the last time, exact to <see cref="ImageRecord.Precision"/>.</param>
internal sealed record RanImage(ImageRun Run, DateTimeOffset FirstSeen, DateTimeOffset LastSeen);

/// <summary>What a container of a revision runs.</summary>
/// <param name="Revision">The name of the ReplicaSet or ControllerRevision: a revision's number moves.</param>
/// <param name="Container">The container; an init container or a sidecar too.</param>
/// <param name="Image">The image, as the template names it.</param>
/// <param name="Digest">The digest of what that name meant, <c>sha256:…</c>.</param>
internal sealed record ImageRun(string Revision, string Container, string Image, string Digest);

/// <summary>A digest that an image's name was seen to mean, anywhere in the cluster.</summary>
/// <param name="Image">The image, as templates name it.</param>
/// <param name="Digest">The digest.</param>
/// <param name="Arrived">When a container was last seen to run it that was not before.</param>
internal sealed record SeenDigest(string Image, string Digest, DateTimeOffset Arrived);
