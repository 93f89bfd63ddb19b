using Microsoft.Playwright;

namespace McpRollout.Tests.Person.Page;

/// <summary>The distribution's Chromium, one for all tests of a class.</summary>
public sealed class Browser : IAsyncLifetime
{
    private const string Executable = "/usr/bin/chromium";

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>A window of its own that records everything the browser complains about.</summary>
    internal async Task<BrowserWindow> OpenAsync(int width = 1280, int height = 900, bool dark = false)
    {
        if (_browser is null)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true",
                $"{Executable} is missing, and in CI the page must be looked at.");
            Assert.Skip($"{Executable} is missing: install the distribution's chromium to run the browser tests.");
        }

        var context = await _browser!.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            Locale = "en-GB",
        });
        return new BrowserWindow(context, await context.NewPageAsync());
    }

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Executable))
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Executable,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.CloseAsync();
        _playwright?.Dispose();
    }
}

/// <summary>One window.</summary>
internal sealed class BrowserWindow : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    public BrowserWindow(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            // Chromium itself reports every answer of 400 and above, also where it is the page that was asked for.
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
                Complaints.Add(message.Text);
        };
        page.PageError += (_, error) => Complaints.Add(error);
    }

    public IPage Page { get; }

    /// <summary>Errors, warnings and violations of the page's policy.</summary>
    public List<string> Complaints { get; } = [];

    public async Task FillAsync(string passphrase = PageHost.Passphrase, string comment = "seen in the logs")
    {
        await Page.GetByLabel("Your name").FillAsync(PageHost.Name);
        await Page.GetByLabel("Your passphrase").FillAsync(passphrase);
        await Page.GetByLabel("Comment").FillAsync(comment);
    }

    public Task ApproveAsync() => Page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();

    public Task DenyAsync() => Page.GetByRole(AriaRole.Button, new() { Name = "Deny" }).ClickAsync();

    public ValueTask DisposeAsync() => _context.DisposeAsync();
}
