using McpRollout.Approvals.Files;
using McpRollout.Approvals.Requests;
using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals.Execution;

/// <summary>
/// This process's name in leases, and which of the others are gone. Each process holds a lock in the state folder, which the operating
/// system drops when the process dies, however it dies. Where that cannot be told (another machine, a file system without locks) a lease
/// has to run out.
/// </summary>
internal sealed partial class Holders(IOptions<StorageOptions> storage, TimeProvider time, ILogger<Holders> logger) : IDisposable
{
    // Far longer than any lease: a lock file that nobody holds is of use only while a lease names its process.
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    private readonly string _folder = $"{storage.Value.FullPath}.holders";
    private readonly string _id = Guid.NewGuid().ToString("N");
    private FileStream? _lock;

    /// <summary>This process in leases.</summary>
    public string Name => $"{Environment.MachineName}/{Environment.ProcessId}/{_id}";

    /// <summary>Takes this process's lock. To be called before it takes a lease; a lock that cannot be taken is logged, and others then
    /// wait for its leases to run out.</summary>
    public void Register()
    {
        try
        {
            PrivateFiles.CreateFolder(_folder);
            RemoveOld();
            var path = PathOf(_id);
            _lock = PrivateFiles.OpenAlone(path);
            if (!CanBeLocked(path))
                return;

            // A file system without locks: nobody may take this process for gone.
            _lock.Dispose();
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogNoLock(logger, failure.Message);
        }
    }

    /// <summary>Whether the process that holds the lease is known to have ended.</summary>
    public bool IsGone(Lease? lease)
    {
        // What stands in the store is not a path by itself.
        if (lease is null || !Guid.TryParseExact(lease.Holder.Split('/')[^1], "N", out var id))
            return false;
        var path = PathOf(id.ToString("N"));
        return File.Exists(path) && CanBeLocked(path);
    }

    /// <summary>Whether another process that lives, as far as can be told, holds the request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="now">The time.</param>
    /// <param name="longest">How long a lease can be.</param>
    public bool IsHeldByOther(UndoRequest request, DateTimeOffset now, TimeSpan longest) =>
        request.IsHeldByOther(Name, now, longest) && !IsGone(request.Lease);

    /// <inheritdoc/>
    public void Dispose() => _lock?.Dispose();

    private static bool CanBeLocked(string path)
    {
        try
        {
            using var taken = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private string PathOf(string id) => Path.Combine(_folder, id);

    private void RemoveOld()
    {
        foreach (var path in Directory.EnumerateFiles(_folder))
        {
            if (time.GetUtcNow() - File.GetLastWriteTimeUtc(path) > KeptFor && CanBeLocked(path))
                File.Delete(path);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "If this process dies, others wait for its leases to run out: its lock could not be "
        + "taken. {Why}")]
    private static partial void LogNoLock(ILogger logger, string why);
}
