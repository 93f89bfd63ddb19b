using System.Text.Json;
using McpRollout.Approvals;
using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Audit.SignedFile;
using McpRollout.Approvals.Audit.Sinks;
using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Policies;
using McpRollout.Approvals.Requests;
using McpRollout.Approvals.Storage;
using McpRollout.Rollouts.Objects;
using McpRollout.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace McpRollout.Tests.Broker;

/// <summary>A real broker on a real store in a folder of its own.</summary>
internal sealed class TempStore : IAsyncDisposable
{
    public const string Passphrase = "four unrelated words";

    private readonly ServiceProvider _services;
    private readonly StorageOptions _storage;
    private readonly AuditOptions _audit;
    private readonly bool _isOwner;

    private TempStore(
        string folder,
        StorageOptions storage,
        AuditOptions audit,
        TimeProvider time,
        bool isOwner,
        PolicyOptions? policies = null,
        LimitOptions? limits = null,
        TextWriter? standardError = null)
    {
        (Folder, _storage, _audit, _isOwner) = (folder, storage, audit, isOwner);
        audit.File ??= Path.Combine(folder, "audit.jsonl");
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(time)
            .AddSingleton(Options.Create(storage))
            .AddSingleton(Options.Create(audit))
            .AddSingleton(Options.Create(new ApprovalOptions()))
            .AddSingleton(Options.Create(policies ?? new PolicyOptions()))
            .AddSingleton(Options.Create(limits ?? new LimitOptions { RequestsPerMinute = 1000 }))
            .AddAudit()
            .AddOpenTelemetrySink()
            .AddAuditDispatcher()
            .AddSingleton(standardError ?? TextWriter.Null)
            .AddBroker()
            .AddApprovers()
            .BuildServiceProvider();

        // As in the product, whose broker has its sinks before it records anything.
        _ = Audit;
    }

    public string Folder { get; }

    public ApprovalBroker Broker => _services.GetRequiredService<ApprovalBroker>();

    public RequestStore Requests => _services.GetRequiredService<RequestStore>();

    public ApproverDirectory Approvers => _services.GetRequiredService<ApproverDirectory>();

    public IAuditSink Audit => _services.GetRequiredService<IAuditSink>();

    public AuditLog AuditLog => _services.GetRequiredService<AuditLog>();

    /// <summary>What tells the best-effort sinks in a server; not started.</summary>
    public AuditDispatcher Pump => _services.GetRequiredService<AuditDispatcher>();

    public AuditFile AuditFile => _services.GetRequiredService<AuditFile>();

    public IDatabase Database => _services.GetRequiredService<IDatabase>();

    /// <summary>What a program on this store is told.</summary>
    public IReadOnlyList<string> Settings =>
        [_storage.Postgres is { } text ? $"--Storage:Postgres={text}" : $"--Storage:Path={_storage.Path}", $"--Audit:File={_audit.File}"];

    public IReadOnlyList<string> AuditEvents =>
        [.. File.ReadLines(AuditFile.Path)
            .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("event").GetString()!)];

    public static TempStore Create(
        TimeProvider? time = null,
        StoreKind kind = StoreKind.Sqlite,
        PolicyOptions? policies = null,
        LimitOptions? limits = null,
        AuditOptions? audit = null,
        TextWriter? standardError = null)
    {
        var folder = Directory.CreateTempSubdirectory("mcp-rollout-store-").FullName;
        return new(folder, StorageIn(folder, kind), audit ?? new(), time
            ?? TimeProvider.System, isOwner: true, policies, limits, standardError);
    }

    /// <summary>Where a store of this kind in a folder is; PostgreSQL's is a schema of its own.</summary>
    public static StorageOptions StorageIn(string folder, StoreKind kind) => kind == StoreKind.Sqlite
        ? new() { Path = Path.Combine(folder, "state.db") }
        : new()
        {
            Path = Path.Combine(folder, "beside"),
            Postgres = $"{PostgresServer.ConnectionString};Search Path=t{Guid.NewGuid():N};Maximum Pool Size=20",
        };

    /// <summary>The embedded store in a folder that somebody else keeps.</summary>
    public static TempStore In(string folder, AuditOptions? audit = null, TextWriter? standardError = null) =>
        new(folder, StorageIn(folder, StoreKind.Sqlite), audit ?? new(), TimeProvider.System, isOwner: false, standardError: standardError);

    /// <summary>Another process's view of the same store.</summary>
    public TempStore Again(PolicyOptions? policies = null, LimitOptions? limits = null, TimeProvider? time = null) =>
        new(Folder, _storage, _audit, time ?? TimeProvider.System, isOwner: false, policies, limits);

    public static UndoRequest NewRequest(string id = "undo-1", string name = "checkout", DateTimeOffset? now = null) => new()
    {
        Id = id,
        State = RequestState.Pending,
        Plan = new UndoPlan("practice", "https://127.0.0.1:1", ResourceType.Deployment, "shop", name, "uid-1", 4, 3, new string('a', 64),
            new string('b', 64)),
        Requester = new Requester("dev", "test-agent 1.0"),
        Reason = "It crashes.",
        CreatedAt = now ?? DateTimeOffset.UtcNow,
        ExpiresAt = (now ?? DateTimeOffset.UtcNow) + TimeSpan.FromMinutes(15),
        Changes = ["container app: image app:2 -> app:1"],
    };

    /// <summary>Everything that stands in the files of the store. From the beginning again when one goes away meanwhile: another test that
    /// clears the connection pools ends the write-ahead log, and what stood in it is in the database then.</summary>
    public async Task<string> TextAsync()
    {
        while (true)
        {
            try
            {
                return string.Concat(Directory.GetFiles(Folder).Select(File.ReadAllText));
            }
            catch (FileNotFoundException)
            {
                await Task.Yield();
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    public Task EnrolAsync(string name, params string[] groups) =>
        Approvers.AddAsync(name, groups, Passphrase, AuditActor.Human("root", "terminal"), TestContext.Current.CancellationToken);

    /// <summary>Puts a made-up enrolment on record, without the time that a passphrase takes.</summary>
    public async Task RecordAsync(string name)
    {
        var cancelled = TestContext.Current.CancellationToken;
        await Requests.RecordAsync(
            new AuditDraft(AuditEvent.ApproverAdded, AuditActor.Human("root", "terminal"), Detail: new() { ["approver"] = name }),
            cancelled);
        await Audit.CatchUpAsync(cancelled);
    }

    /// <summary>Has the store remember an earlier checkpoint, as after a process that was killed before it said how far it had
    /// signed; 0: none at all, as a store of an earlier version.</summary>
    public Task RememberOnlyAsync(long seq) => Database.WriteAsync(
        session => session.ExecuteAsync(
            seq == 0
                ? "DELETE FROM remembered_checkpoints"
                : """
                  UPDATE remembered_checkpoints SET seq = @seq, bytes = @bytes,
                  hash = (SELECT hash FROM audit WHERE audit.seq = @seq)
                  """,
            seq == 0
                ? []
                : [
                    ("@seq", seq),
                    ("@bytes", File.ReadLines(AuditFile.Paths.Checkpoints).Take((int)seq).Sum(line => line.Length + 1L)),
                ]),
        TestContext.Current.CancellationToken);

    /// <summary>The details of the records of an event, in order.</summary>
    public async Task<IReadOnlyList<JsonElement>> DetailsOfAsync(AuditEvent auditEvent) =>
        [.. (await AuditLog.AfterAsync(0, int.MaxValue, TestContext.Current.CancellationToken))
            .Select(entry => JsonDocument.Parse(entry.Line).RootElement)
            .Where(record => record.GetProperty("event").GetString() == auditEvent.ToName())
            .Select(record => record.GetProperty("detail"))];

    public AnchorSink Anchor => _services.GetRequiredService<AnchorSink>();

    public AuditRepair Repair => _services.GetRequiredService<AuditRepair>();

    public AuditRekey Rekey => _services.GetRequiredService<AuditRekey>();

    public CheckpointMemory Memory => _services.GetRequiredService<CheckpointMemory>();

    public static DecisionAttempt By(string name, UndoRequest request, Verdict verdict = Verdict.Approve, string passphrase = Passphrase) =>
        new(request.Id, verdict, request.Plan.Digest, name, passphrase, null, "http");

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        if (!_isOwner)
            return;
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await PostgresServer.DropAsync(_storage);
        Directory.Delete(Folder, recursive: true);
    }
}
