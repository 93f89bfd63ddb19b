using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Passkeys;
using McpRollout.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace McpRollout.Benchmarks.Load;

/// <summary>People who have signed in on the page and decide what they are told of, each with a passkey: a passphrase costs a tenth of a
/// second of a processor on purpose.</summary>
internal sealed class Approvers(Address address, Uri site, Journal journal, Tally tally) : IDisposable
{
    private const string Deciding = "decision on record";

    private readonly Channel<(string Id, bool Approves)> _told = Channel.CreateUnbounded<(string, bool)>();
    private readonly List<(string Name, Device Device)> _people = [];

    /// <summary>Enrols them as somebody at a terminal does, and their devices as the page does.</summary>
    public async Task EnrolAsync(int count, string[] settings)
    {
        await using var services = new ServiceCollection().AddProduct(Settings.Read(settings)).BuildServiceProvider();
        var directory = services.GetRequiredService<ApproverDirectory>();
        var invitations = services.GetRequiredService<PasskeyInvitations>();
        var terminal = AuditActor.Human("root", "terminal");
        for (var number = 0; number < count; number++)
        {
            var (name, device) = ($"person-{number}", new Device(site));
            await directory.AddAsync(name, [], passphrase: null, terminal, CancellationToken.None);
            var invitation = await invitations.InviteAsync(name, terminal, CancellationToken.None);
            var outcome = await invitations.AcceptAsync(
                invitation!.Token, device.Make(PasskeyInvitations.ChallengeOf(invitation.Token)), "device", CancellationToken.None);
            _people.Add(outcome == InvitationOutcome.Enrolled ? (name, device) : throw new InvalidOperationException($"{name}: {outcome}"));
        }
    }

    /// <summary>Tells them of a request, as a channel of notifications does.</summary>
    public void Tell(string id, Fate fate)
    {
        if (fate != Fate.Denied)
            _told.Writer.TryWrite((id, true));
        if (fate is Fate.Denied or Fate.Contested)
            _told.Writer.TryWrite((id, false));
    }

    /// <summary>Nobody is told of any more.</summary>
    public void Complete() => _told.Writer.Complete();

    /// <summary>Completes when all that they were told of is decided.</summary>
    public Task RunAsync() => Task.WhenAll(_people.Select(person => Task.Run(async () =>
    {
        var session = await SignInAsync(person.Device);
        await foreach (var (id, approves) in _told.Reader.ReadAllAsync())
            await DecideAsync(person.Name, person.Device, session, id, approves);
    })));

    public void Dispose() => _people.ForEach(person => person.Device.Dispose());

    private async Task<string> SignInAsync(Device device)
    {
        while (true)
        {
            var (_, question, _) = await address.SendAsync(
                "sign-in", "session/challenge", () => Post(Form(("approver", ""), ("passphrase", ""))));
            var signed = device.Sign(JsonNode.Parse(question)!);
            var (status, body, cookie) = await address.SendAsync(
                "sign-in", "session", () => Post(Form(("approver", ""), ("passphrase", ""), ("return", "/"), ("passkey", signed))));
            if (status == HttpStatusCode.SeeOther)
                return cookie!;
            tally.Count($"sign-in: {(int)status} {Start(body)}");
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Opens the request, has the device sign, and sends the decision; again until it is taken, or can be no more.</summary>
    private async Task DecideAsync(string name, Device device, string session, string id, bool approves)
    {
        while (true)
        {
            var (status, page, _) = await address.SendAsync("page", $"approvals/{id}", () => WithSession(session, HttpMethod.Get, null));
            if (status == HttpStatusCode.OK && JsonNode.Parse(page) is { } request)
            {
                if ((string)request["state"]! != "pending")
                    return;
                var body = new JsonObject
                {
                    ["decision"] = approves ? "approve" : "deny",
                    ["plan"] = request["plan"]!.DeepClone(),
                    ["approver"] = name,
                    ["comment"] = "seen",
                    ["findings"] = request["findings_digest"]?.DeepClone(),
                };
                var began = Stopwatch.GetTimestamp();
                var (asked, question, _) = await SendAsync("challenge", body);
                if (asked == HttpStatusCode.OK)
                {
                    body["passkey"] = device.Sign(JsonNode.Parse(question)!);
                    (status, page, _) = await SendAsync("decision", body);
                    if (status == HttpStatusCode.OK)
                    {
                        journal.Took(Deciding, Stopwatch.GetElapsedTime(began));
                        journal.Decisions.Add(new ToldDecision(id, name, approves));
                        return;
                    }
                }
            }

            // Somebody else decided, or its time is over.
            if (status is HttpStatusCode.Conflict or HttpStatusCode.Gone)
                return;
            tally.Count($"decision: {(int)status} {Start(page)}");
            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        Task<(HttpStatusCode Status, string Body, string? Cookie)> SendAsync(string what, JsonObject body) => address.SendAsync(
            what, $"approvals/{id}/{what}",
            () => WithSession(session, HttpMethod.Post, new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json")),
            isOnce: what == "decision");
    }

    private static HttpRequestMessage WithSession(string session, HttpMethod method, HttpContent? content) => new(method, (Uri?)null)
    {
        Content = content,
        Headers = { { "Cookie", session }, { "Accept", "application/json" } },
    };

    private static HttpRequestMessage Post(HttpContent content) => new(HttpMethod.Post, (Uri?)null) { Content = content };

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    private static string Start(string text) => text[..Math.Min(text.Length, 300)].ReplaceLineEndings(" ");
}
