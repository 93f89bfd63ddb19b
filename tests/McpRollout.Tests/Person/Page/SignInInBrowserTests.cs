using McpRollout.Approvals.Requests;
using Microsoft.Playwright;
using static McpRollout.Tests.Person.Page.Decisions;

namespace McpRollout.Tests.Person.Page;

/// <summary>Signing in to read, as a person does.</summary>
public sealed class SignInInBrowserTests(ReadersPage page, Browser browser) : IClassFixture<ReadersPage>, IClassFixture<Browser>
{
    [Fact]
    public async Task APersonSignsInReadsDecidesWithThePassphraseAndSignsOut()
    {
        var request = await page.Host.AskAsync();
        await using var window = await browser.OpenAsync(width: 390, height: 844);
        await window.Page.GotoAsync(page.Host.Origin + PathOf(request));
        await Assertions.Expect(window.Page.GetByText(request.MatchCode)).ToHaveCountAsync(0);

        await SignInAsync(window, "wrong");
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The name or the passphrase is wrong.");
        await Assertions.Expect(window.Page.GetByLabel("Your name")).ToHaveValueAsync(PageHost.Name);
        await Assertions.Expect(window.Page.GetByLabel("Your passphrase")).ToHaveValueAsync("");
        await Assertions.Expect(window.Page.GetByLabel("Your passphrase")).ToBeFocusedAsync();
        await SignInAsync(window, PageHost.Passphrase);

        Assert.EndsWith(PathOf(request), window.Page.Url, StringComparison.Ordinal);
        await Assertions.Expect(window.Page.GetByText(request.MatchCode)).ToBeVisibleAsync();
        await Assertions.Expect(window.Page.GetByText("Signed in as dana")).ToBeVisibleAsync();
        await Assertions.Expect(window.Page.GetByText("Being signed in only lets you read.")).ToBeVisibleAsync();
        await Assertions.Expect(window.Page.GetByLabel("Your name")).ToHaveValueAsync(PageHost.Name);
        await Assertions.Expect(window.Page.GetByLabel("Your passphrase")).ToHaveValueAsync("");
        await window.Page.GetByLabel("Your passphrase").FillAsync(PageHost.Passphrase);
        await window.ApproveAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Approved.");
        Assert.Equal(RequestState.Approved, (await page.Host.Broker.FindAsync(request.Id, PageHost.Cancellation))!.State);

        await window.Page.GotoAsync(page.Host.Origin);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" })).ToBeVisibleAsync();
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task WhoComesFromAnotherSiteIsShownThePageWithoutSigningInAgain()
    {
        var request = await page.Host.AskAsync();
        await using var window = await browser.OpenAsync();
        await window.Page.GotoAsync(page.Host.Origin);
        await SignInAsync(window, PageHost.Passphrase);
        await window.Page.RouteAsync("http://chat.example/", route => route.FulfillAsync(new()
        {
            ContentType = "text/html",
            Body = $"<a href=\"{page.Host.Origin}{PathOf(request)}\">approve</a>",
        }));
        await window.Page.GotoAsync("http://chat.example/");
        await window.Page.GetByText("approve").ClickAsync();

        await Assertions.Expect(window.Page.GetByText(request.MatchCode)).ToBeVisibleAsync();
        Assert.Empty(window.Complaints);
    }

    private static async Task SignInAsync(BrowserWindow window, string passphrase)
    {
        await window.Page.GetByLabel("Your name").FillAsync(PageHost.Name);
        await window.Page.GetByLabel("Your passphrase").FillAsync(passphrase);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }
}
