using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using McpRollout.Approvals.Audit;
using McpRollout.Approvals.Passkeys;
using McpRollout.Approvals.Requests;
using McpRollout.Cli;
using McpRollout.Processes;
using McpRollout.Rollouts.Json;
using McpRollout.Tests.Broker.Policies;
using McpRollout.Tests.EndToEnd;
using Microsoft.Playwright;
using static McpRollout.Tests.Person.Page.Decisions;

namespace McpRollout.Tests.Person.Page;

/// <summary>Decisions that a person's device signs, in a real browser with a virtual authenticator.</summary>
public sealed class PasskeyTests(PageHost host, Browser browser) : IClassFixture<PageHost>, IClassFixture<Browser>
{
    [Theory]
    [InlineData("Approve", "approved")]
    [InlineData("Deny", "denied")]
    public async Task APersonDecidesWithTheirDeviceAndWithoutAPassphrase(string button, string state)
    {
        await using var device = await EnrolledAsync();
        var request = await host.AskAsync();
        await device.Page.GotoAsync(host.Origin + PathOf(request));
        await Assertions.Expect(device.Page.GetByLabel("Your name")).ToHaveValueAsync(PageHost.Name);

        await device.Page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();

        await Assertions.Expect(device.Page.GetByLabel("Your name")).ToHaveCountAsync(0);
        var decided = (await host.Broker.FindAsync(request.Id, PageHost.Cancellation))!;
        Assert.Equal(state, decided.State.ToName());
        Assert.NotNull(Assert.Single(decided.Decisions).Passkey);
        await SignaturesHoldAsync();
        Assert.Empty(device.Window.Complaints);
    }

    [Fact]
    public async Task ASignatureForSomethingElseIsRefusedAndRecorded()
    {
        await using var device = await EnrolledAsync();
        await host.EnrolAsync("alice");
        var (request, other) = (await host.AskAsync(), await host.AskAsync(name: "other"));
        var answer = await device.SignAsync(await Device.AskAsync(host, request, Asked(request)));

        await RefusedAsync(request, Asked(request, "deny"), answer, PasskeyFault.OtherStatement);
        await RefusedAsync(request, Asked(request, comment: "other words"), answer, PasskeyFault.OtherStatement);
        await RefusedAsync(request, Asked(request, approver: "alice"), answer, PasskeyFault.UnknownDevice);
        await RefusedAsync(request, Asked(request, plan: other.Plan.Digest), answer, PasskeyFault.OtherStatement);
        await RefusedAsync(other, Asked(other), answer, PasskeyFault.OtherStatement);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(request, Asked(request), answer));
    }

    [Fact]
    public async Task TheWayBackIsSignedAsItIsChosen()
    {
        await using var device = await EnrolledAsync();
        var request = await host.AskAsync(
            asked => asked with { Terms = AnyTerms.Of("signed") with { WayHomePreApproval = TimeSpan.FromMinutes(30) } });
        var (chosen, other) = (new Dictionary<string, string>(Asked(request)) { ["way_home_seconds"] = "600" }, Asked(request));
        var without = await device.SignAsync(await Device.AskAsync(host, request, other));
        await RefusedAsync(request, chosen, without, PasskeyFault.OtherStatement);
        var answer = await device.SignAsync(await Device.AskAsync(host, request, chosen));
        await RefusedAsync(request, new(chosen) { ["way_home_seconds"] = "601" }, answer, PasskeyFault.OtherStatement);
        await RefusedAsync(request, other, answer, PasskeyFault.OtherStatement);

        Assert.Equal(HttpStatusCode.OK, await SendAsync(request, chosen, answer));
        Assert.Equal(600, (int)JsonNode.Parse((await host.AuditOfAsync(request.Id))[^1])!["detail"]!["way_home_seconds"]!);
        await SignaturesHoldAsync();
        var forged = new SignedDecisions(isWhole: false);
        foreach (var record in await host.AuditAsync())
        {
            if (record["request_id"]?.GetValue<string>() == request.Id && record["event"]!.GetValue<string>() == "undo.approved")
            {
                record["detail"]!["way_home_seconds"] = 60_000;
                Assert.Contains("way_home_seconds", await forged.TakeAsync(record), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task TheFormHasTheDeviceSignTheWayBackToo()
    {
        await using var device = await EnrolledAsync();
        var request = await host.AskAsync(
            asked => asked with { Terms = AnyTerms.Of("signed") with { WayHomePreApproval = TimeSpan.FromMinutes(30) } });
        await device.Page.GotoAsync(host.Origin + PathOf(request));
        await device.Page.GetByLabel("Also approve, for 30 min from now").CheckAsync();
        await device.Page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();

        await Assertions.Expect(device.Page.GetByLabel("Your name")).ToHaveCountAsync(0);
        var decision = Assert.Single((await host.Broker.FindAsync(request.Id, PageHost.Cancellation))!.Decisions);
        Assert.Equal(TimeSpan.FromMinutes(30), decision.WayHomeUntil - decision.At);
        Assert.Contains("\"way_home_seconds\":1800", decision.Passkey!.Statement, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAnswerIsGoodOnceAndForFiveMinutes()
    {
        await using var device = await EnrolledAsync();
        var request = await host.AskAsync();
        var late = await device.SignAsync(await Device.AskAsync(host, request, Asked(request)));
        host.Time.Ahead += PasskeyQuestions.Lifetime + TimeSpan.FromSeconds(1);
        await RefusedAsync(request, Asked(request), late, PasskeyFault.StaleNonce);
        var made = JsonNode.Parse(late)!.AsObject();
        made["nonce"] = "AAAA.1.AAAA";
        await RefusedAsync(request, Asked(request), made.ToJsonString(), PasskeyFault.StaleNonce);

        var answer = await device.SignAsync(await Device.AskAsync(host, request, Asked(request, "deny")));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(request, Asked(request, "deny"), answer));
        await RefusedAsync(request, Asked(request, "deny"), answer, PasskeyFault.ReplayedNonce);
    }

    [Fact]
    public async Task WhatWasSignedOnACopyOfThePageIsRefused()
    {
        await using var copy = PageHost.Instance(FreePort.Next());
        await copy.InitializeAsync();
        await using var device = await EnrolledAsync();
        var request = await host.AskAsync();
        await device.Page.GotoAsync(copy.Origin);

        var answer = await device.SignAsync(await Device.AskAsync(host, request, Asked(request)));

        await RefusedAsync(request, Asked(request), answer, PasskeyFault.OtherOrigin);
    }

    [Fact]
    public async Task ADeviceThatDoesNotVerifyItsOwnerDecidesNothing()
    {
        await using var device = await EnrolledAsync();
        var request = await host.AskAsync();
        await device.LeaveOwnerUnverifiedAsync();

        var answer = await device.SignAsync(await Device.AskAsync(host, request, Asked(request)), verification: "discouraged");

        await RefusedAsync(request, Asked(request), answer, PasskeyFault.UserNotVerified);
    }

    [Theory]
    [InlineData("signature")]
    [InlineData("authenticator_data")]
    [InlineData("client_data")]
    public async Task AnAnswerThatWasChangedIsRefused(string part)
    {
        await using var device = await EnrolledAsync();
        var request = await host.AskAsync();
        var answer = JsonNode.Parse(await device.SignAsync(await Device.AskAsync(host, request, Asked(request))))!.AsObject();
        var text = answer[part]!.GetValue<string>();
        answer[part] = $"{text[..8]}{(text[8] == 'A' ? 'B' : 'A')}{text[9..]}";

        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(request, Asked(request), answer.ToJsonString()));

        Assert.Equal(RequestState.Pending, (await host.Broker.FindAsync(request.Id, PageHost.Cancellation))!.State);
    }

    [Fact]
    public async Task ADeviceThatWasRevokedDecidesNothingNorDoesWhatItApprovedCount()
    {
        await using var device = await EnrolledAsync("lost phone");
        var (request, next) = (await host.AskAsync(), await host.AskAsync());
        Assert.Equal(
            HttpStatusCode.OK,
            await SendAsync(request, Asked(request), await device.SignAsync(await Device.AskAsync(host, request, Asked(request)))));
        var answer = await device.SignAsync(await Device.AskAsync(host, next, Asked(next)));

        Assert.NotNull(await host.Get<PasskeyStore>().RevokeAsync(
            PageHost.Name, "lost phone", AuditActor.Human("root", "terminal"), PageHost.Cancellation));

        await RefusedAsync(next, Asked(next), answer, PasskeyFault.UnknownDevice);
        Assert.Null(await host.Broker.ClaimAsync(request.Id, "test", TimeSpan.FromMinutes(1), null, [], PageHost.Cancellation));
        await SignaturesHoldAsync();
    }

    [Fact]
    public async Task ARuleThatTakesPasskeysOnlyTakesNoPassphraseAndAsksForNone()
    {
        await using var device = await EnrolledAsync();
        var request = await host.AskAsync(asked => asked with { Terms = AnyTerms.Of("signed") with { PasskeyRequired = true } });

        using var refused = await host.Client.SendAsync(Json(request, Fields(request)), PageHost.Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("by passkey only", await TextOf(refused), StringComparison.Ordinal);
        await device.Page.GotoAsync(host.Origin + PathOf(request));
        await Assertions.Expect(device.Page.GetByLabel("Your passphrase")).ToHaveCountAsync(0);
        await device.Page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();

        await Assertions.Expect(device.Page.GetByLabel("Your name")).ToHaveCountAsync(0);
        Assert.Equal(RequestState.Approved, (await host.Broker.FindAsync(request.Id, PageHost.Cancellation))!.State);
    }

    [Fact]
    public async Task ALinkIsGoodOnceForAnHourAndIsNotUsedUpByLooking()
    {
        await using var device = await Device.OpenAsync(browser);
        var link = await Device.LinkAsync(host, PageHost.Name);
        Assert.Equal(HttpStatusCode.OK, await StatusOf(link));
        await device.Page.GotoAsync(link);
        await device.Page.GetByLabel("What you call this device").FillAsync("phone");
        await device.Page.GetByRole(AriaRole.Button, new() { Name = "Make the passkey" }).ClickAsync();
        await Assertions.Expect(device.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("may decide for");

        Assert.Equal(HttpStatusCode.NotFound, await StatusOf(link));
        var old = await Device.LinkAsync(host, PageHost.Name);
        var newer = await Device.LinkAsync(host, PageHost.Name);
        Assert.Equal(HttpStatusCode.NotFound, await StatusOf(old));
        host.Time.Ahead += PasskeyInvitations.Lifetime;
        Assert.Equal(HttpStatusCode.NotFound, await StatusOf(newer));
        Assert.Empty(device.Window.Complaints);
    }

    [Fact]
    public async Task AReceiptIsCheckedWithNothingElseAtHand()
    {
        await using var device = await EnrolledAsync();
        var request = await host.AskAsync();
        var answer = await device.SignAsync(await Device.AskAsync(host, request, Asked(request)));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(request, Asked(request), answer));

        var made = await BuiltProgram.RunAsync(["approvals", "receipt", request.Id, .. host.Settings]);
        Assert.Equal((0, ""), (made.ExitCode, made.Errors));
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, made.Output, PageHost.Cancellation);
        var held = await BuiltProgram.RunAsync(["receipt", "verify", file]);
        File.Delete(file);

        Assert.Equal((0, ""), (held.ExitCode, held.Errors));
        Assert.Contains($"{request.Id} holds", held.Output, StringComparison.Ordinal);
        Assert.Contains("1 of 1 decisions signed by passkeys", held.Output, StringComparison.Ordinal);
        await NothingCanBeChangedAsync(made.Output);
    }

    [Fact]
    public async Task SigningInToReadTakesAPasskeyToo()
    {
        var readers = new ReadersPage();
        await readers.InitializeAsync();
        await using var closing = readers;
        await using var device = await Device.OpenAsync(browser);
        await device.EnrolAsync(await Device.LinkAsync(readers.Host, PageHost.Name), PageHost.Name);
        var request = await readers.Host.AskAsync();

        await device.Page.GotoAsync(readers.Host.Origin + PathOf(request));
        await device.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();

        await Assertions.Expect(device.Page.GetByText(request.MatchCode)).ToBeVisibleAsync();
        Assert.Empty(device.Window.Complaints);
    }

    [Theory]
    [InlineData("http://localhost:7391", "localhost", "http://localhost:7391")]
    [InlineData("https://approvals.example.com", "approvals.example.com", "https://approvals.example.com")]
    [InlineData("https://approvals.example.com:8443/", "approvals.example.com", "https://approvals.example.com:8443")]
    public void APasskeyIsForTheNameOfThePage(string baseUrl, string id, string origin) =>
        Assert.Equal(new PasskeySite(id, origin), new PasskeyPlace(baseUrl).Site);

    [Theory]
    [InlineData("http://127.0.0.1:7391")]
    [InlineData("http://[::1]:7391")]
    [InlineData("https://10.0.0.7")]
    [InlineData("http://approvals.example.com")]
    public void WhereNoBrowserUsesAPasskeyThereIsNoSite(string baseUrl) => Assert.Null(new PasskeyPlace(baseUrl).Site);

    private async Task<Device> EnrolledAsync(string label = "phone")
    {
        var device = await Device.OpenAsync(browser);
        await device.EnrolAsync(await Device.LinkAsync(host, PageHost.Name), PageHost.Name, label);
        return device;
    }

    private static Dictionary<string, string> Asked(
        UndoRequest request,
        string decision = "approve",
        string? plan = null,
        string approver = PageHost.Name,
        string comment = "seen") => new()
        {
            ["decision"] = decision,
            ["plan"] = plan ?? request.Plan.Digest,
            ["approver"] = approver,
            ["comment"] = comment,
        };

    private async Task<HttpStatusCode> SendAsync(UndoRequest request, Dictionary<string, string> fields, string answer)
    {
        using var response = await host.Client.SendAsync(
            Json(request, new(fields) { ["passkey"] = answer }), PageHost.Cancellation);
        return response.StatusCode;
    }

    private async Task RefusedAsync(UndoRequest request, Dictionary<string, string> fields, string answer, PasskeyFault fault)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(request, fields, answer));
        var last = JsonNode.Parse((await host.AuditOfAsync(request.Id))[^1])!;
        Assert.Equal(
            ("decision.rejected", fault.ToName()), (last["event"]!.GetValue<string>(), last["detail"]!["passkey"]!.GetValue<string>()));
    }

    private async Task SignaturesHoldAsync()
    {
        var signed = new SignedDecisions(isWhole: true);
        foreach (var record in await host.AuditAsync())
            Assert.Null(await signed.TakeAsync(record));
        Assert.NotEqual(0, signed.Held);
    }

    // Whoever changes a receipt is found by its signature; whoever signs it anew with a key of their own, by what others signed.
    private static async Task NothingCanBeChangedAsync(string text)
    {
        using var forger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        foreach (var change in new Action<JsonObject>[]
        {
            receipt => receipt["request"]!["decisions"]![0]!["approver"] = "mallory",
            receipt => receipt["request"]!["decisions"]![0]!["decision"] = "deny",
            receipt => receipt["request"]!["plan"]!["to_revision"] = 1,
            receipt => receipt["records"]!.AsArray().RemoveAt(0),
            receipt => receipt["records"]!.AsArray()[^1]!["detail"]!["passkey"]!["statement"] = "{}",
            receipt => receipt["checkpoint"]!["seq"] = 1_000_000,
        })
        {
            var changed = JsonNode.Parse(text)!.AsObject();
            change(changed);
            Assert.NotNull((await Receipt.CheckAsync(changed.ToJsonString(), null)).Fault);
            changed.Remove("signature");
            changed["key"] = forger.ExportSubjectPublicKeyInfoPem();
            changed["signature"] = Convert.ToBase64String(forger.SignData(
                CanonicalJson.Bytes(changed), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
            Assert.NotNull((await Receipt.CheckAsync(changed.ToJsonString(), null)).Fault);
        }
    }

    private async Task<HttpStatusCode> StatusOf(string path)
    {
        using var response = await host.Client.GetAsync(new Uri(path), PageHost.Cancellation);
        return response.StatusCode;
    }
}
