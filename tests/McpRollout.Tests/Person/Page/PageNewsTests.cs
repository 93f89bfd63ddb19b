using System.Net;
using System.Text;
using McpRollout.Processes;
using McpRollout.Web.Limits;
using Microsoft.Playwright;
using static McpRollout.Tests.Person.Page.Decisions;

namespace McpRollout.Tests.Person.Page;

/// <summary>What an open page learns by itself, and what it costs the server.</summary>
public sealed class PageNewsTests(PageHost host, Browser browser) : IClassFixture<PageHost>, IClassFixture<Browser>
{
    [Fact]
    public async Task An_open_inbox_shows_a_new_request_by_itself()
    {
        await using var window = await OpenAsync("/");

        var request = await host.AskAsync();

        await Assertions.Expect(window.Page.GetByText(request.Plan.Name)).ToBeVisibleAsync();
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task News_take_neither_typed_text_nor_unfolded_parts_nor_the_place()
    {
        var request = await host.AskAsync();
        await using var window = await OpenAsync(PathOf(request));
        var (page, comment) = (window.Page, window.Page.GetByLabel("Comment"));
        await window.FillAsync(passphrase: "half a pass", comment: "I am not");
        var fold = page.Locator("details:has(summary:text('The history'))");
        await fold.Locator("summary").ClickAsync();
        var place = await fold.Locator("summary").BoundingBoxAsync();

        await host.Broker.ChangeAsync(
            request.Id, found => new(found with { HeldAt = host.Time.GetUtcNow() }), PageHost.Cancellation);

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("is held");
        await Assertions.Expect(comment).ToHaveValueAsync("I am not");
        await Assertions.Expect(page.GetByLabel("Your passphrase")).ToHaveValueAsync("half a pass");
        await Assertions.Expect(fold).ToHaveAttributeAsync("open", "");
        Assert.Equal(place!.Y, (await fold.Locator("summary").BoundingBoxAsync())!.Y, 2d);
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task A_form_in_which_somebody_types_stays_as_it_is_when_others_have_decided()
    {
        var request = await host.AskAsync();
        await using var window = await OpenAsync(PathOf(request));
        await window.FillAsync(comment: "my reasons");

        await host.Client.SendAsync(Json(request, Fields(request, "deny")), PageHost.Cancellation);

        await Assertions.Expect(window.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Denied.");
        await Assertions.Expect(window.Page.GetByLabel("Comment")).ToHaveValueAsync("my reasons");
        await window.ApproveAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The request is denied already");
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task An_event_says_that_there_is_news_and_nothing_of_it()
    {
        var request = await host.AskAsync();
        using var stream = await ListenAsync(host, PathOf(request) + "/news?seen=old");
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync(PageHost.Cancellation), Encoding.UTF8);

        var lines = new List<string?>();
        for (var line = 0; line < 5; line++)
            lines.Add(await reader.ReadLineAsync(PageHost.Cancellation));

        Assert.Equal("text/event-stream", stream.Content.Headers.ContentType!.MediaType);
        Assert.Equal("retry: 2000", lines[0]);
        Assert.Matches("^id: [0-9a-f]{16}$", lines[2]);
        Assert.Equal(lines[2]!.Replace("id", "data", StringComparison.Ordinal), lines[3]);
        Assert.Equal("", lines[4]);
    }

    [Fact]
    public async Task Nobody_hears_of_a_request_that_there_is_not()
    {
        using var answer = await ListenAsync(host, "/approvals/undo-000000000000/news");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Pages_that_wait_for_news_are_bounded_and_keep_nobody_from_deciding()
    {
        // A host of its own: it takes a moment until a server knows that a stream was closed, and others would find no room.
        await using var crowded = PageHost.Instance(FreePort.Next());
        await crowded.InitializeAsync();
        var request = await crowded.AskAsync();
        var streams = new List<HttpResponseMessage>();
        try
        {
            var most = ConnectionShares.OfThePage.News.OfOne;
            for (var open = 0; open <= most; open++)
                streams.Add(await ListenAsync(crowded, "/news"));

            Assert.Equal(HttpStatusCode.ServiceUnavailable, streams[^1].StatusCode);
            Assert.All(streams[..most], stream => Assert.Equal(HttpStatusCode.OK, stream.StatusCode));
            using var decided = await crowded.Client.SendAsync(Json(request, Fields(request, "deny")), PageHost.Cancellation);
            Assert.Equal(HttpStatusCode.OK, decided.StatusCode);
        }
        finally
        {
            streams.ForEach(stream => stream.Dispose());
        }
    }

    [Fact]
    public async Task A_stream_of_news_ends_with_the_server_and_holds_it_up_by_nothing()
    {
        await using var other = PageHost.Instance(FreePort.Next());
        await other.InitializeAsync();
        using var stream = await ListenAsync(other, "/news");
        var body = await stream.Content.ReadAsStreamAsync(PageHost.Cancellation);

        await other.StopAsync();

        // A clean end, not a broken connection: what would be cut off after the goodbye would throw here.
        using var reader = new StreamReader(body, Encoding.UTF8);
        Assert.StartsWith("retry: 2000", await reader.ReadToEndAsync(PageHost.Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task News_are_for_those_who_may_read()
    {
        await using var readers = new ReadersPage();
        await readers.InitializeAsync();
        foreach (var path in new[] { "/news", PathOf(await readers.Host.AskAsync()) + "/news", "/approvals/undo-000000000000/news" })
        {
            using var answer = await ListenAsync(readers.Host, path);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    private static Task<HttpResponseMessage> ListenAsync(PageHost host, string path) =>
        host.Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, PageHost.Cancellation);

    private async Task<BrowserWindow> OpenAsync(string path)
    {
        var window = await browser.OpenAsync();
        await window.Page.GotoAsync(host.Origin + path);
        return window;
    }
}
