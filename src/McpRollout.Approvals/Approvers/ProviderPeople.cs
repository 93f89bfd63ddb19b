using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Storage;

namespace McpRollout.Approvals.Approvers;

/// <summary>
/// Signs in whom the provider names. At the first time they are enrolled, under a name that stays theirs whatever the provider calls them
/// later; at each time their groups become what the provider says.
/// </summary>
internal sealed class ProviderPeople(
    IDatabase database, AuditLog audit, IAuditSink sink, SignIns signIns, SignInOptions options, TimeProvider time)
{
    /// <summary>The most groups that a person may have.</summary>
    public const int MostGroups = 500;

    /// <summary>Signs the person in, if the settings admit them.</summary>
    public async Task<SignInResult> SignInAsync(ProviderPerson told, CancellationToken cancellationToken)
    {
        if (told.Groups.Count > MostGroups)
            return new SignInResult.Refused(
                $"The provider lists more than {MostGroups} groups for you: have it send those that matter here.");

        // Rules can name no others.
        var person = told with { Groups = [.. told.Groups.Where(group => Enrolment.NameError(group) is null).Distinct()] };

        // Whoever could not be put on record is not enrolled.
        await sink.CatchUpAsync(cancellationToken);
        var result = await database.WriteAsync(session => SignInAsync(session, person), cancellationToken);
        await sink.CatchUpAsync(cancellationToken);
        return result;
    }

    private async Task<SignInResult> SignInAsync(StoreSession session, ProviderPerson person)
    {
        var known = (await ApproverDirectory.ListAsync(session)).Find(each => each.Identity == person.Identity);
        if (known is not null)
            await UpdateAsync(session, known, person.Groups);
        if (!options.Admits(person.Groups))
            return new SignInResult.Refused(
                "You are in none of the groups whose members may read and decide here (Approvals:SignIn:Groups).");
        if (known is null)
        {
            if (await EnrolAsync(session, person) is { } refusal)
                return refusal;
            known = (await ApproverDirectory.ListAsync(session)).Single(each => each.Identity == person.Identity);
        }

        var now = time.GetUtcNow();
        return new SignInResult.SignedIn(
            known, await signIns.BeginAsync(session, new SignIn(known, person.AuthenticatedAt, now + options.Lifetime)));
    }

    // Whoever is no longer admitted has nothing left that decides, and counts by no group in what they approved before.
    private async Task UpdateAsync(StoreSession session, Approver known, IReadOnlyList<string> groups)
    {
        if (!options.Admits(groups))
            await SignIns.EndAllAsync(session, known.Name);
        if (known.Groups.Order(StringComparer.Ordinal).SequenceEqual(groups.Order(StringComparer.Ordinal)))
            return;
        await session.ExecuteAsync("UPDATE approvers SET groups = @groups WHERE name = @name",
            ("@groups", ApproverDirectory.JsonOf(groups).ToJsonString()), ("@name", known.Name));
        await audit.AppendAsync(session, new AuditDraft(AuditEvent.ApproverGroupsChanged, AuditActor.Human(known.Name, "page"),
            Detail: new JsonObject
            {
                ["approver"] = known.Name,
                ["groups"] = ApproverDirectory.JsonOf(groups),
            }));
    }

    private async Task<SignInResult.Refused?> EnrolAsync(StoreSession session, ProviderPerson person)
    {
        var claim = options.NameClaim;
        if (person.Name is not { } name)
            return new($"The provider sent no {claim} for you, by which records could call you (Approvals:SignIn:NameClaim).");
        if (Enrolment.NameError(name) is { } error)
            return new($"The provider's {claim} for you is no name that records take (Approvals:SignIn:NameClaim). {error}");
        return await ApproverDirectory.EnrolAsync(session, audit, new Approver(name, person.Groups, time.GetUtcNow())
        {
            Identity = person.Identity,
        }, ApproverDirectory.NoPassphrase, AuditActor.Human(name, "page")) switch
        {
            EnrolmentResult.Taken => new("Another approver is enrolled here under your name. Somebody at a terminal of the server can say "
                + "who: mcp-rollout approvers list"),
            EnrolmentResult.LooksLike other => new($"Your name could be taken for {other.Name}, who is enrolled here. Somebody at a "
                + "terminal of the server can remove one of you: mcp-rollout approvers remove NAME"),
            _ => null,
        };
    }
}
