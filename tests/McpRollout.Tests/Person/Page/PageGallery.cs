using McpRollout.Tests.Broker.Policies;
using Microsoft.Playwright;

namespace McpRollout.Tests.Person.Page;

/// <summary>
/// Pictures of every state of the page, to be looked at, and those in docs/. They are taken only when asked for:
/// <c>dotnet run --project tests/McpRollout.Tests -- -class "*PageGallery" -explicit only</c>; they go to the folder in PAGE_GALLERY.
/// </summary>
public sealed class PageGallery(PageHost host, Browser browser) : IClassFixture<PageHost>, IClassFixture<Browser>
{
    private static string Folder => Environment.GetEnvironmentVariable("PAGE_GALLERY") ?? Path.Combine("artifacts", "gallery");

    [Fact(Explicit = true)]
    public async Task Pictures()
    {
        await new PageStates(host).VisitAsync((name, path, act) => ShowAsync(name, path, act));
        var request = await host.AskAsync(asked => asked with { Findings = PageStates.FiveWarnings }, "checkout-web");
        foreach (var (file, width, height) in new[] { ("approval-page", 1280, 1172), ("approval-phone", 390, 844) })
        {
            await using var window = await browser.OpenAsync(width, height);
            await window.Page.GotoAsync(host.Origin + Decisions.PathOf(request));
            await window.Page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"{file}.png") });
        }
    }

    [Fact(Explicit = true)]
    public async Task PicturesOfAProductionCluster()
    {
        var request = await host.AskAsync(asked => asked with { IsProduction = true }, "checkout-production");
        await host.AskAsync(name: "checkout-staging");
        await ShowAsync("production-request", Decisions.PathOf(request));
        await ShowAsync("production-inbox", "/");
    }

    [Fact(Explicit = true)]
    public async Task PicturesOfSigningIn()
    {
        await using var readers = new ReadersPage();
        await readers.InitializeAsync();
        var origin = readers.Host.Origin;
        var pending = await readers.Host.AskAsync(name: "checkout");
        async Task SignInAsync(BrowserWindow window, string name, string passphrase)
        {
            await window.Page.GetByLabel("Your name").FillAsync(name);
            await window.Page.GetByLabel("Your passphrase").FillAsync(passphrase);
            await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        }

        await ShowAsync("sign-in", Decisions.PathOf(pending), origin: origin);
        await ShowAsync("sign-in-wrong", "/", origin: origin, act: window => SignInAsync(window, "nobody", "guess"));
        await ShowAsync("sign-in-locked", "/", origin: origin, act: async window =>
        {
            await SignInAsync(window, "nobody", "guess");
            await SignInAsync(window, "nobody", "guess");
        });
        await ShowAsync("signed-in-inbox", "/", origin: origin, act: window => SignInAsync(window, PageHost.Name, PageHost.Passphrase));
        await ShowAsync("signed-in-request", Decisions.PathOf(pending), origin: origin,
            act: window => SignInAsync(window, PageHost.Name, PageHost.Passphrase));
        await ShowAsync("stranger-decision", Decisions.PathOf(pending), origin: origin, act: async window =>
        {
            await SignInAsync(window, PageHost.Name, PageHost.Passphrase);
            await window.Page.Context.ClearCookiesAsync();
            await window.FillAsync("wrong");
            await window.ApproveAsync();
        });
    }

    [Fact(Explicit = true)]
    public async Task PicturesOfWhoSignsInThroughAProvider()
    {
        await using var page = new ProviderPage();
        await page.InitializeAsync();
        var pending = await page.Host.AskAsync(asked => asked with
        {
            Terms = AnyTerms.Of("production") with { RequiredApprovals = 2, BreakGlassGroup = "sre" },
        }, "checkout");
        async Task SignInAsync(BrowserWindow window)
        {
            await window.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Corp" }).ClickAsync();
            await window.Page.GetByLabel("Who are you?").FillAsync("bob");
            await window.Page.GetByRole(AriaRole.Button, new() { Name = "It is me" }).ClickAsync();
            await window.Page.GetByText("You decide as").WaitForAsync();
        }

        await ShowAsync("provider", Decisions.PathOf(pending), origin: page.Host.Origin);
        await ShowAsync("provider-request", Decisions.PathOf(pending), SignInAsync, page.Host.Origin);
        await ShowAsync("provider-stale", Decisions.PathOf(pending), origin: page.Host.Origin, act: async window =>
        {
            await SignInAsync(window);
            page.Host.Time.Ahead += Approvals.Approvers.SignIn.Fresh;
            await window.Page.GetByRole(AriaRole.Checkbox).CheckAsync();
            await window.ApproveAsync();
            page.Host.Time.Ahead = TimeSpan.Zero;
        });
        page.Issuer.People["bob"] = ["sales"];
        await ShowAsync("provider-not-admitted", "/", origin: page.Host.Origin, act: async window =>
        {
            await window.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Corp" }).ClickAsync();
            await window.Page.GetByLabel("Who are you?").FillAsync("bob");
            await window.Page.GetByRole(AriaRole.Button, new() { Name = "It is me" }).ClickAsync();
            await window.Page.GetByText("You are not signed in here").WaitForAsync();
        });
    }

    private async Task ShowAsync(string name, string path, Func<BrowserWindow, Task>? act = null, string? origin = null)
    {
        foreach (var (width, height) in new[] { (1280, 900), (390, 844) })
        {
            foreach (var dark in new[] { false, true })
            {
                await using var window = await browser.OpenAsync(width, height, dark);
                await window.Page.GotoAsync((origin ?? host.Origin) + path);
                if (act is not null)
                    await act(window);
                var file = Path.Combine(Folder, $"{name}-{width}{(dark ? "-dark" : "")}");
                await window.Page.ScreenshotAsync(new() { Path = file + ".png" });
                if (width < 500 || name is "crowded" or "ruled")
                    await window.Page.ScreenshotAsync(new() { Path = file + "-full.png", FullPage = true });
            }
        }
    }
}
