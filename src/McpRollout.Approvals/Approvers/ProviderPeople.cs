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
    public async Task<SignInResult> SignInAsync(ProviderPerson person, CancellationToken cancellationToken)
    {
        // Whoever could not be put on record is not enrolled.
        await sink.CatchUpAsync(cancellationToken);
        var result = await database.WriteAsync(session => SignInAsync(session, person), cancellationToken);
        await sink.CatchUpAsync(cancellationToken);
        return result;
    }

    private async Task<SignInResult> SignInAsync(StoreSession session, ProviderPerson person)
    {
        var known = (await ApproverDirectory.ListAsync(session)).Find(each => each.Identity == person.Identity);
        if (await RefusalAsync(session, person, known) is { } refusal)
        {
            if (known is not null)
                await SignIns.EndAllAsync(session, known.Name);
            return refusal;
        }

        known ??= (await ApproverDirectory.ListAsync(session)).Single(each => each.Identity == person.Identity);
        var now = time.GetUtcNow();
        return new SignInResult.SignedIn(
            known, await signIns.BeginAsync(session, new SignIn(known, person.AuthenticatedAt, now + options.Lifetime)));
    }

    // Once it is null, the person is enrolled, with the groups that they have now.
    private async Task<SignInResult.Refused?> RefusalAsync(StoreSession session, ProviderPerson person, Approver? known)
    {
        // A provider that leaves groups out says nothing of them: nobody loses theirs by that.
        if (person.Groups is null && !options.Groups.Contains(SignInOptions.Everybody))
            return new($"The provider sent no {options.GroupsClaim} for you, by which you could be admitted "
                + "(Approvals:SignIn:GroupsClaim).");
        if (person.Groups is { Count: > MostGroups })
            return new($"The provider lists more than {MostGroups} groups for you: have it send those that matter here.");
        var groups = Readable(person.Groups ?? []);
        if (known is not null)
            await UpdateAsync(session, known, groups);
        if (!options.Admits(groups))
            return new("You are in none of the groups whose members may read and decide here (Approvals:SignIn:Groups).");
        return known is null ? await EnrolAsync(session, person, groups) : null;
    }

    // Rules can name no others. Keycloak writes a slash before a group that is in no other one.
    private static List<string> Readable(IReadOnlyList<string> groups) =>
    [
        .. groups.Select(group => group.StartsWith('/') ? group[1..] : group)
            .Where(group => Enrolment.NameError(group) is null)
            .Distinct(StringComparer.Ordinal),
    ];

    private async Task UpdateAsync(StoreSession session, Approver known, List<string> groups)
    {
        if (known.Groups.Order(StringComparer.Ordinal).SequenceEqual(groups.Order(StringComparer.Ordinal)))
            return;
        await session.ExecuteAsync("UPDATE approvers SET groups = @groups WHERE name = @name",
            ("@groups", ApproverDirectory.JsonOf(groups).ToJsonString()), ("@name", known.Name));
        await audit.AppendAsync(session, new AuditDraft(AuditEvent.ApproverGroupsChanged, AuditActor.System, Detail: new JsonObject
        {
            ["approver"] = known.Name,
            ["groups"] = ApproverDirectory.JsonOf(groups),
        }));
    }

    private async Task<SignInResult.Refused?> EnrolAsync(StoreSession session, ProviderPerson person, List<string> groups)
    {
        var claim = options.NameClaim;
        if (person.Name is not { } name)
            return new($"The provider sent no {claim} for you, by which records could call you (Approvals:SignIn:NameClaim).");
        if (Enrolment.NameError(name) is { } error)
            return new($"The provider's {claim} for you is no name that records take (Approvals:SignIn:NameClaim). {error}");
        return await ApproverDirectory.EnrolAsync(session, audit, new Approver(name, groups, time.GetUtcNow())
        {
            Identity = person.Identity,
        }, ApproverDirectory.NoPassphrase, AuditActor.Human(name, "page")) switch
        {
            EnrolmentResult.Taken => new("An approver is enrolled here under your name already. If that is you, somebody at a terminal of "
                + $"the server takes that enrolment away, and you sign in again: mcp-rollout approvers remove {name}"),
            EnrolmentResult.LooksLike other => new($"Your name could be taken for {other.Name}, who is enrolled here. Somebody at a "
                + "terminal of the server can remove one of you: mcp-rollout approvers remove NAME"),
            _ => null,
        };
    }
}
