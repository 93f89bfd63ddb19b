using System.Security.Cryptography;

namespace McpRollout.Web.Views;

/// <summary>How an open page learns that it is out of date.</summary>
/// <param name="Mark">A digest of what it shows of the store.</param>
/// <param name="Pace">After how long it is out of date in any case, since it shows the cluster's health, too.</param>
internal sealed record PageNews(string Mark, TimeSpan Pace)
{
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Waiting = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    /// <summary>Of a request's page.</summary>
    public static PageNews Of(UndoRequest request, DateTimeOffset now) => new(
        Digest([request], now), request.IsAtRest ? Idle : request.State.IsUndecided() || request.IsSettled ? Waiting : Busy);

    /// <summary>Of the inbox.</summary>
    public static PageNews OfInbox(IReadOnlyList<UndoRequest> requests, DateTimeOffset now) =>
        new(Digest(requests, now), requests.All(request => request.IsAtRest) ? Idle : Waiting);

    private static string Digest(IEnumerable<UndoRequest> requests, DateTimeOffset now)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var request in requests)
        {
            hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(request, RequestJson.Default.UndoRequest));
            hash.AppendData([now < request.ExpiresAt ? (byte)1 : (byte)0]);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
