namespace McpRollout.Forwarding;

/// <summary>
/// The approving side's record of images. It looks at the pods itself whenever it is asked: what an agent's side saw is not taken on its
/// word, since undos are pinned by that record.
/// </summary>
internal sealed class ForwardedImages(ApprovingSide approving, IClusterReader cluster) : IImageMemory
{
    public void See(RevisionHistory history)
    {
    }

    public async Task<ImageRecord?> OfAsync(RevisionHistory history, CancellationToken cancellationToken)
    {
        var identity = await cluster.IdentifyAsync(cancellationToken);
        return identity.Succeeded
            ? (await approving.UndosOfAsync(identity.Value, history.Workload.Ref, history.Workload.Uid, cancellationToken))?.Images
            : null;
    }
}
