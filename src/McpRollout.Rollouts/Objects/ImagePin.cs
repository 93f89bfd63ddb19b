namespace McpRollout.Rollouts.Objects;

/// <summary>A container's image by digest, in place of the one that a revision's template names.</summary>
/// <param name="Container">The container's name.</param>
/// <param name="Image">The image, <c>repository@sha256:…</c>.</param>
internal sealed record ImagePin(string Container, string Image);
