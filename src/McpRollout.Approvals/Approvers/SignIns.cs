using System.Buffers.Text;
using System.Security.Cryptography;
using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals.Approvers;

/// <summary>
/// Who is signed in through the provider. Such a session can decide, so that it is kept in the store, by its hash: it ends when the person
/// signs out, on every replica, and not only in their browser.
/// </summary>
internal sealed class SignIns(IDatabase database, ApproverDirectory approvers, SignInOptions options, TimeProvider time)
{
    private const int TokenBytes = 32;

    /// <summary>Begins one, in the caller's transaction; what the browser keeps.</summary>
    public async Task<string> BeginAsync(StoreSession session, SignIn signIn)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        await session.ExecuteAsync("DELETE FROM sign_ins WHERE ends_at < @now", ("@now", time.GetUtcNow().ToUnixTimeMilliseconds()));
        await session.ExecuteAsync(
            """
            INSERT INTO sign_ins (session, approver, enrolled_at, authenticated_at, ends_at)
            VALUES (@session, @approver, @enrolled, @authenticated, @ends)
            """,
            ("@session", HashOf(token)),
            ("@approver", signIn.Approver.Name),
            ("@enrolled", signIn.Approver.EnrolledAt.ToUnixTimeMilliseconds()),
            ("@authenticated", signIn.AuthenticatedAt?.ToUnixTimeMilliseconds()),
            ("@ends", signIn.EndsAt.ToUnixTimeMilliseconds()));
        return token;
    }

    /// <summary>The one that a browser shows; null if it is none that holds now.</summary>
    public async Task<SignIn?> FindAsync(string token, CancellationToken cancellationToken)
    {
        var found = await database.ReadAsync(
            session => session.RowsAsync(
                "SELECT approver, enrolled_at, authenticated_at, ends_at FROM sign_ins WHERE session = @session",
                row => (Name: row.GetString(0), EnrolledAt: At(row.GetInt64(1)),
                    AuthenticatedAt: row.IsDBNull(2) ? (DateTimeOffset?)null : At(row.GetInt64(2)), EndsAt: At(row.GetInt64(3))),
                ("@session", HashOf(token))),
            cancellationToken);
        return found is [var (name, enrolledAt, authenticatedAt, endsAt)] && time.GetUtcNow() < endsAt
            && await approvers.FindAsync(name, cancellationToken) is { Identity: { } identity } approver
            && approver.EnrolledAt == enrolledAt && options.Admits(identity, approver.Groups)
                ? new SignIn(approver, authenticatedAt, endsAt)
                : null;
    }

    /// <summary>Ends it, and all others of its person.</summary>
    public Task EndAsync(string token, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.ExecuteAsync(
            "DELETE FROM sign_ins WHERE approver IN (SELECT approver FROM sign_ins WHERE session = @session)", ("@session", HashOf(token))),
        cancellationToken);

    /// <summary>Ends all of a person's, in the caller's transaction.</summary>
    public static Task EndAllAsync(StoreSession session, string approver) =>
        session.ExecuteAsync("DELETE FROM sign_ins WHERE approver = @name", ("@name", approver));

    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
