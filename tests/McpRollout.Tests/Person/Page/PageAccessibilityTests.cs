using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using McpRollout.Processes;
using McpRollout.Web.Scripts;
using Microsoft.Playwright;

namespace McpRollout.Tests.Person.Page;

/// <summary>axe looks at every state of the page as browsers show it, with and without scripts (WCAG 2.2 AA, and what axe calls best
/// practice).</summary>
public sealed partial class PageAccessibilityTests(Browser browser) : IClassFixture<Browser>
{
    // Each width, theme and way of running once: a look at all states takes more than a minute.
    [Theory]
    [InlineData(390, 844, true, true)]
    [InlineData(1280, 900, false, false)]
    public async Task Axe_finds_nothing_on_any_state_and_what_is_pressed_is_large_enough(int width, int height, bool dark, bool scripts)
    {
        await using var host = PageHost.Instance(FreePort.Next());
        await host.InitializeAsync();
        var found = new List<string>();

        await new PageStates(host).VisitAsync(async (name, path, act) =>
        {
            await using var window = await browser.OpenAsync(width, height, dark);
            if (!scripts)
                await window.Page.RouteAsync("**/*", ShowWithoutScriptsAsync);
            // Without scripts a page loads itself again under axe's eyes, unless the person stops that, as here.
            await window.Page.GotoAsync(host.Origin + path + (scripts ? "" : "?still"));
            if (act is not null)
                await act(window);
            await window.Page.EvaluateAsync("document.querySelectorAll('details').forEach(fold => fold.open = true)");

            found.AddRange(await FaultsAsync(name, window));
        });

        Assert.Empty(found);
    }

    [Theory]
    [InlineData(390, 844, true)]
    [InlineData(1280, 900, false)]
    public async Task Axe_finds_nothing_where_people_sign_in_and_enrol(int width, int height, bool dark)
    {
        var readers = new ReadersPage();
        await readers.InitializeAsync();
        await using var closing = readers;
        await using var device = await Device.OpenAsync(browser, width, height, dark);
        var found = new List<string>();

        await device.Page.GotoAsync(readers.Host.Origin);
        found.AddRange(await FaultsAsync("sign-in", device.Window));
        await device.Page.GetByLabel("Your name").FillAsync(PageHost.Name);
        await device.Page.GetByLabel("Your passphrase").FillAsync("wrong");
        await device.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        found.AddRange(await FaultsAsync("refused", device.Window));
        var link = await Device.LinkAsync(readers.Host, PageHost.Name);
        await device.Page.GotoAsync(link);
        found.AddRange(await FaultsAsync("link", device.Window));
        await device.EnrolAsync(link, PageHost.Name);
        found.AddRange(await FaultsAsync("enrolled", device.Window));
        await device.Page.GotoAsync(link);
        found.AddRange(await FaultsAsync("used link", device.Window));

        Assert.Empty(found);
    }

    private static async Task<IEnumerable<string>> FaultsAsync(string name, BrowserWindow window)
    {
        var result = await window.Page.RunAxe();
        return
        [
            .. result.Violations.SelectMany(violation => violation.Nodes.Select(node =>
                $"{name}: {violation.Id}: {node.Html} ({string.Join(' ', node.Any.Select(check => check.Message))})")),
            .. (await window.Page.EvaluateAsync<string[]>(SmallTargets)).Select(target => $"{name}: small: {target}"),
        ];
    }

    // Links within sentences are as high as their line, which WCAG 2.5.8 lets them be.
    private const string SmallTargets =
        """
        () => [...document.querySelectorAll("button:not([hidden]), summary, input:not([type=hidden]):not([type=checkbox]), textarea, "
            + "label:has([type=checkbox]), .top a, .glance a, .inbox a")]
          .filter(each => each.checkVisibility() && each.getBoundingClientRect().height < 44)
          .map(each => each.outerHTML.slice(0, 120) + " " + each.getBoundingClientRect().height)
        """;

    // What a browser that runs no scripts makes of the page.
    private static async Task ShowWithoutScriptsAsync(IRoute route)
    {
        if (route.Request.ResourceType != "document")
        {
            await route.ContinueAsync();
            return;
        }

        var response = await route.FetchAsync(new() { MaxRedirects = 0 });
        var page = (await response.TextAsync()).Replace(Script.Element.ToString(), "", StringComparison.Ordinal);
        await route.FulfillAsync(new() { Response = response, Body = NoScriptTags().Replace(page, "") });
    }

    [GeneratedRegex("</?noscript>")]
    private static partial Regex NoScriptTags();
}
