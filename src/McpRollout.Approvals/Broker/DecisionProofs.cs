using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Passkeys;
using McpRollout.Approvals.Requests;

namespace McpRollout.Approvals.Broker;

/// <summary>Whether a decision is the approver's own.</summary>
internal abstract record DecisionProof
{
    private DecisionProof()
    {
    }

    /// <summary>It is: by passphrase, by what their passkey signed, or by who is signed in.</summary>
    internal sealed record Given(Approver Approver, SignedStatement? Signed) : DecisionProof;

    /// <summary>It is not known to be.</summary>
    /// <param name="Result">What the person is told.</param>
    /// <param name="Slowdown">How long the answer is held back.</param>
    internal sealed record Missing(DecisionResult Result, TimeSpan Slowdown) : DecisionProof;
}

/// <summary>Makes sure whose decision it is.</summary>
internal sealed class DecisionProofs(ApproverDirectory approvers, PasskeyGate passkeys)
{
    /// <summary>Checks what the person proves it with: what a passkey signed for the request as it is judged now, who is signed in, or the
    /// passphrase, from where it was given.</summary>
    public async Task<DecisionProof> CheckAsync(
        ApprovalEvaluation evaluation, DecisionAttempt attempt, AttemptSource source, CancellationToken cancellationToken) => attempt switch
        {
            { Passkey: { } answer } => await ByPasskeyAsync(evaluation, attempt, answer, cancellationToken),
            { SignIn: { } signIn, Passphrase: "" } => BySignIn(evaluation.Request, attempt, signIn),
            _ => await ByPassphraseAsync(evaluation.Request, attempt, source, cancellationToken),
        };

    private async Task<DecisionProof> ByPasskeyAsync(
        ApprovalEvaluation evaluation, DecisionAttempt attempt, PasskeyAnswer answer, CancellationToken cancellationToken) =>
        await passkeys.AuthenticateAsync(
            DecisionStatement.Of(evaluation, attempt, answer.Nonce), answer, attempt.Approver, cancellationToken) switch
        {
            PasskeyResult.Proven proven => new DecisionProof.Given(proven.Approver, proven.Signed),
            PasskeyResult.Refused refused => Missing(
                new(DecisionOutcome.WrongCredentials, refused.Fault.Sentence(), evaluation.Request) { Fault = refused.Fault }),
            _ => throw new InvalidOperationException("PasskeyResult is a closed set."),
        };

    private static DecisionProof BySignIn(UndoRequest request, DecisionAttempt attempt, SignIn signIn) =>
        ApproverName.Read(attempt.Approver) == ApproverName.Read(signIn.Approver.Name)
            ? new DecisionProof.Given(signIn.Approver, null)
            : Missing(new(
                DecisionOutcome.WrongCredentials,
                $"You are signed in as {signIn.Approver.Name}, and decide under that name; others give their passphrase.",
                request));

    private async Task<DecisionProof> ByPassphraseAsync(
        UndoRequest request, DecisionAttempt attempt, AttemptSource source, CancellationToken cancellationToken) =>
        await approvers.AuthenticateAsync(attempt.Approver, attempt.Passphrase, source, cancellationToken) switch
        {
            Authentication.Proven proven => new DecisionProof.Given(proven.Approver, null),
            Authentication.Locked locked => Missing(new(
                DecisionOutcome.TooManyAttempts,
                $"Too many wrong attempts for this name. Try again in {Math.Ceiling(locked.Remaining.TotalSeconds)} seconds"
                    + (source == AttemptSource.Terminal
                        ? "."
                        : $", or decide at a terminal: mcp-rollout approvals approve {request.Id}"),
                request,
                locked.Remaining)),
            Authentication.Wrong wrong => Missing(
                new(DecisionOutcome.WrongCredentials, "The name or the passphrase is wrong.", request), wrong.Slowdown),
            _ => throw new InvalidOperationException("Authentication is a closed set."),
        };

    private static DecisionProof.Missing Missing(DecisionResult result, TimeSpan slowdown = default) => new(result, slowdown);
}
