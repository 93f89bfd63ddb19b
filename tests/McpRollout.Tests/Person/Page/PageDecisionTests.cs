using System.Net;
using McpRollout.Approvals.Requests;
using McpRollout.Processes;
using McpRollout.Tests.Cases;
using McpRollout.Web.Limits;
using static McpRollout.Tests.Person.Page.Decisions;

namespace McpRollout.Tests.Person.Page;

public sealed class PageDecisionTests(PageHost host) : IClassFixture<PageHost>
{
    [Fact]
    public async Task AFormApprovesAndLeadsBackToThePage()
    {
        var request = await host.AskAsync();

        using var response = await SendAsync(Form(request, Fields(request)));

        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        Assert.Equal(PathOf(request), response.Headers.Location!.OriginalString);
        var now = await NowAsync(request);
        Assert.Equal(RequestState.Approved, now.State);
        Assert.Equal((PageHost.Name, Verdict.Approve, "seen in the logs"),
            (now.Decisions[0].Approver, now.Decisions[0].Verdict, now.Decisions[0].Comment));
        Assert.Contains(await host.AuditOfAsync(request.Id), line =>
            line.Contains("\"undo.approved\"", StringComparison.Ordinal) && line.Contains("\"client\":\"page\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task JsonDeniesAndAnswersWithTheRequest()
    {
        var request = await host.AskAsync();

        using var response = await SendAsync(Json(request, Fields(request, "deny")));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var view = await JsonOf(response);
        Assert.Equal("denied", (string?)view["state"]);
        Assert.Equal(request.Plan.Digest, (string?)view["plan"]);
        Assert.Equal(("dana", "deny"), ((string?)view["decisions"]![0]!["approver"], (string?)view["decisions"]![0]!["decision"]));
    }

    [Fact]
    public async Task ACommentMayBeLeftOut()
    {
        var request = await host.AskAsync();
        var fields = Fields(request);
        fields["comment"] = "  ";

        await SendAsync(Form(request, fields));

        Assert.Null((await NowAsync(request)).Decisions[0].Comment);
    }

    [Fact]
    public async Task AWrongPassphraseLosesNothingThatWasTypedExceptItself()
    {
        var request = await host.AskAsync();
        var fields = Fields(request);
        (fields["passphrase"], fields["comment"]) = ("hunter2-was-wrong", "two\nlines & <b>");

        using var response = await SendAsync(Form(request, fields));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        var page = await TextOf(response);
        Assert.Contains("The name or the passphrase is wrong.", page, StringComparison.Ordinal);
        Assert.Contains("value=\"dana\"", page, StringComparison.Ordinal);
        Assert.Contains("two&#xA;lines &amp; &lt;b&gt;</textarea>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", page, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Logs.Lines, line => line.Contains("hunter2", StringComparison.Ordinal));
        Assert.Equal(RequestState.Pending, (await NowAsync(request)).State);
        await AssertRejectedAsync(request, "wrong-credentials");
    }

    [Fact]
    public async Task AStrangerIsToldTheSameAsOneWithAWrongPassphrase()
    {
        var request = await host.AskAsync();
        var fields = Fields(request);
        fields["approver"] = "stranger";

        using var response = await SendAsync(Json(request, fields));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("The name or the passphrase is wrong.", (string?)(await JsonOf(response))["detail"]);
        await AssertRejectedAsync(request, "wrong-credentials");
    }

    [Fact]
    [Proves(Hazard.GuessingIsSlowedLockedAndRecorded)]
    public async Task GuessingLocksTheNameForAWhile()
    {
        var request = await host.AskAsync();
        await host.EnrolAsync("guessed");
        var fields = Fields(request);
        (fields["approver"], fields["passphrase"]) = ("guessed", "guess");
        var guesses = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => SendAsync(Json(request, fields))));
        Assert.All(guesses, guess => Assert.Equal(HttpStatusCode.Unauthorized, guess.StatusCode));
        fields["passphrase"] = PageHost.Passphrase;

        using var response = await SendAsync(Json(request, fields));

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal(RequestState.Pending, (await NowAsync(request)).State);
        using var other = await SendAsync(Json(request, Fields(request)));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    [Proves(Hazard.ReplayedDecisionIsRefused)]
    public async Task AnotherPlanIsRefused()
    {
        var (request, other) = (await host.AskAsync(), await host.AskAsync());
        var fields = Fields(request);
        fields["plan"] = other.Plan.Digest;

        using var response = await SendAsync(Json(request, fields));

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal("other-plan", (string?)(await JsonOf(response))["code"]);
        Assert.Equal((RequestState.Pending, RequestState.Pending), ((await NowAsync(request)).State, (await NowAsync(other)).State));
        await AssertRejectedAsync(request, "other-plan");
    }

    [Theory]
    [Proves(Hazard.ReplayedDecisionIsRefused)]
    [InlineData("approve", "approve")]
    [InlineData("approve", "deny")]
    [InlineData("deny", "approve")]
    public async Task ADecisionIsFinal(string first, string second)
    {
        var request = await host.AskAsync();
        await SendAsync(Json(request, Fields(request, first)));
        var decided = await NowAsync(request);

        using var response = await SendAsync(Json(request, Fields(request, second)));

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal("already-decided", (string?)(await JsonOf(response))["code"]);
        Assert.Equal(decided.State, (await NowAsync(request)).State);
        await AssertRejectedAsync(request, "already-decided");
    }

    [Fact]
    public async Task AnExpiredRequestIsGone()
    {
        var request = await host.AskAsync(found => found with { ExpiresAt = host.Time.GetUtcNow() });

        using var response = await SendAsync(Json(request, Fields(request)));

        Assert.Equal(HttpStatusCode.Gone, response.StatusCode);
        Assert.Equal(RequestState.Expired, (await NowAsync(request)).State);
    }

    [Fact]
    public async Task AnUnknownRequestCannotBeDecided()
    {
        var request = await host.AskAsync();

        using var response = await SendAsync(Json(request with { Id = "undo-000000000000" }, Fields(request)));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(RequestState.Pending, (await NowAsync(request)).State);
    }

    [Fact]
    public async Task ManyAtOnceHaveOneOutcome()
    {
        var request = await host.AskAsync();
        string[] people = ["one", "two", "three", "four"];
        foreach (var person in people)
            await host.EnrolAsync(person);

        // Three a person: more at once would count as guessing.
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(n => SendAsync(Json(
            request, new(Fields(request, n % 2 == 0 ? "approve" : "deny")) { ["approver"] = people[n / 3] }))));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.All(answers,
            answer => Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Conflict, $"{answer.StatusCode}"));
        Assert.Single((await NowAsync(request)).Decisions);
    }

    [Theory]
    [InlineData("{}", "decision must be", "plan is missing", "approver is missing", "passphrase is missing")]
    [InlineData("""{"decision":"Approve ","plan":"x","approver":"dana","passphrase":"p"}""", "decision must be approve or deny.")]
    [InlineData("""{"decision":"approve","plan":"x","approver":7,"passphrase":"p"}""", "approver must be a string.", "approver is missing")]
    [InlineData("""{"decision":"approve","plan":"x","approver":"dana","passphrase":"p","coment":"?"}""", "There is no such field")]
    [InlineData("[]")]
    [InlineData("\"approve\"")]
    [InlineData("{\"decision\":\"approve\",\"decision\":\"deny\"}")]
    [InlineData("{\"approver\":\"\\ud800\"}")]
    [InlineData("{")]
    [InlineData("")]
    public async Task MalformedJsonIsRefusedWithAllItsMistakes(string body, params string[] mistakes)
    {
        var request = await host.AskAsync();

        using var response = await SendAsync(Raw(request, body, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var problem = await JsonOf(response);
        Assert.Equal("malformed", (string?)problem["code"]);
        Assert.All(mistakes, mistake => Assert.Contains(mistake, (string?)problem["detail"], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("decision=approve&decision=deny&plan=x&approver=dana&passphrase=p")]
    [InlineData("a=1&b=2&c=3&d=4&e=5&f=6&g=7&h=8&i=9&j=10&k=11&l=12&m=13&n=14&o=15&p=16&q=17&r=18&s=19&t=20&u=21&v=22")]
    [InlineData("")]
    [InlineData("&&&=")]
    [InlineData("%ff%fe=%00")]
    public async Task AMalformedFormIsRefused(string body)
    {
        var request = await host.AskAsync();

        using var response = await SendAsync(Raw(request, body, "application/x-www-form-urlencoded"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(RequestState.Pending, (await NowAsync(request)).State);
    }

    [Fact]
    public async Task BytesThatAreNotUtf8AreRefused()
    {
        var request = await host.AskAsync();
        using var message = Raw(request, "", "application/json");
        message.Content = new ByteArrayContent([0x7B, 0xFF, 0xFE, 0x7D]) { Headers = { ContentType = new("application/json") } };

        using var response = await SendAsync(message);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task ACommentOfMoreThan500CharactersIsRefusedAndKept()
    {
        var request = await host.AskAsync();
        var fields = Fields(request);
        fields["comment"] = new string('x', 501);

        using var response = await SendAsync(Form(request, fields));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var page = await TextOf(response);
        Assert.Contains("comment has more than 500 characters.", page, StringComparison.Ordinal);
        Assert.Contains(fields["comment"], page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ABodyOfMoreThan16KiBIsRefused(bool announced)
    {
        var request = await host.AskAsync();
        using var message = Raw(request, $"{{\"comment\":\"{new string('x', 20_000)}\"}}", "application/json");
        message.Headers.TransferEncodingChunked = !announced;

        using var response = await SendAsync(message);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("too-large", (string?)(await JsonOf(response))["code"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/json-patch+json")]
    [InlineData("nonsense")]
    public async Task OtherMediaTypesAreRefused(string? contentType)
    {
        var request = await host.AskAsync();

        using var response = await SendAsync(Raw(request, "{}", contentType));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task MoreDecisionsOfAKnownBrowserThanCanBeCheckedAreRefusedForAMinute()
    {
        await using var busy = PageHost.Instance(FreePort.Next());
        await busy.InitializeAsync();
        async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, string? cookie)
        {
            if (cookie is not null)
                message.Headers.Add("Cookie", cookie);
            using (message)
                return await busy.Client.SendAsync(message, PageHost.Cancellation);
        }

        var (first, request) = (await busy.AskAsync(), await busy.AskAsync());
        using var proven = await SendAsync(Form(first, Fields(first)), null);
        var cookie = proven.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        for (var n = 0; n < MinuteLimit.PerMinute; n++)
            using (await SendAsync(Form(first with { Id = "undo-000000000000" }, Fields(first)), cookie))
            {
            }

        using var refused = await SendAsync(Form(request, Fields(request)), cookie);
        busy.Time.Ahead = TimeSpan.FromMinutes(1);
        using var taken = await SendAsync(Form(request, Fields(request)), cookie);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Contains("seen in the logs", await TextOf(refused), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, taken.StatusCode);
    }

    [Fact]
    public async Task AFloodUnderOtherNamesKeepsNobodyFromDecidingAndTellsNothingOfWhoIsEnrolled()
    {
        await using var busy = PageHost.Instance(FreePort.Next());
        await busy.InitializeAsync();
        await busy.EnrolAsync("bob");
        var request = await busy.AskAsync();
        async Task<string> GuessAsync(string name)
        {
            using var message = Json(request, new(Fields(request)) { ["approver"] = name, ["passphrase"] = "guess" });
            using var response = await busy.Client.SendAsync(message, PageHost.Cancellation);

            // How many seconds a lock lasts still may differ by one.
            var told = string.Concat((await TextOf(response)).Where(each => !char.IsAsciiDigit(each)));
            return $"{(int)response.StatusCode} {told} {string.Join(' ', response.Headers.Select(header => header.Key).Order())}";
        }

        for (var n = 0; n < MinuteLimit.PerMinute; n++)
            using (await busy.Client.SendAsync(Raw(request, """{"approver":"mallory"}""", "application/json"), PageHost.Cancellation))
            {
            }

        for (var guess = 1; guess <= 7; guess++)
        {
            var answer = await GuessAsync("bob");
            Assert.Equal(answer, await GuessAsync("nobody"));
            Assert.StartsWith(guess <= 5 ? "401 " : "429 ", answer, StringComparison.Ordinal);
        }

        using var taken = await busy.Client.SendAsync(Form(request, Fields(request)), PageHost.Cancellation);
        Assert.Equal(HttpStatusCode.SeeOther, taken.StatusCode);
    }

    private async Task AssertRejectedAsync(UndoRequest request, string why) => Assert.Contains(await host.AuditOfAsync(request.Id), line =>
        line.Contains("\"decision.rejected\"", StringComparison.Ordinal) && line.Contains($"\"why\":\"{why}\"", StringComparison.Ordinal));

    private async Task<UndoRequest> NowAsync(UndoRequest request) => (await host.Broker.FindAsync(request.Id, PageHost.Cancellation))!;

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage message) => host.Client.SendAsync(message, PageHost.Cancellation);
}
