using System.Net;
using McpRollout.Approvals.Requests;
using McpRollout.Processes;
using McpRollout.Tests.Hosted;

namespace McpRollout.Tests.Person.Page;

/// <summary>A person's browser, as far as signing in goes: it follows redirects, and keeps what it is given.</summary>
internal sealed class ProviderVisitor(PageHost host) : IDisposable
{
    private readonly HttpClient _browser = new(new SocketsHttpHandler { UseProxy = false, CookieContainer = new CookieContainer() })
    {
        DefaultRequestHeaders = { { "Accept", "text/html,*/*;q=0.8" } },
    };

    /// <summary>Signs in as this person, who says to the provider who they are; what the page answers in the end.</summary>
    public async Task<HttpResponseMessage> SignInAsync(string person, string path = "/", bool isAnew = false)
    {
        using var asked = await GetAsync($"/session/provider?return={Uri.EscapeDataString(path)}{(isAnew ? "&anew" : "")}");
        Assert.Contains("Who are you?", await asked.Content.ReadAsStringAsync(PageHost.Cancellation), StringComparison.Ordinal);
        return await _browser.GetAsync(new Uri($"{asked.RequestMessage!.RequestUri}&person={person}"), PageHost.Cancellation);
    }

    public Task<HttpResponseMessage> GetAsync(string path) =>
        _browser.GetAsync(new Uri($"{host.Origin}{path}"), PageHost.Cancellation);

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage message) => _browser.SendAsync(message, PageHost.Cancellation);

    public Task<HttpResponseMessage> SignOutAsync() =>
        _browser.PostAsync(new Uri($"{host.Origin}/session/end"), null, PageHost.Cancellation);

    /// <summary>Decides without a word of who it is but for the name.</summary>
    public Task<HttpResponseMessage> DecideAsync(
        UndoRequest request, string person, Action<Dictionary<string, string>>? change = null, string? origin = null)
    {
        var fields = Decisions.Fields(request);
        (fields["approver"], fields["passphrase"]) = (person, "");
        change?.Invoke(fields);
        var message = Decisions.Json(request, fields);
        message.RequestUri = new Uri($"{host.Origin}{message.RequestUri}");
        message.Headers.Add("Accept", "application/json");
        if (origin is not null)
            message.Headers.Add("Origin", origin);
        return _browser.SendAsync(message, PageHost.Cancellation);
    }

    public void Dispose() => _browser.Dispose();
}

/// <summary>A page whose people sign in through a provider of their company's.</summary>
public sealed class ProviderPage : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("provider-page-").FullName;

    private string _secret = "";

    internal TestIssuer Issuer { get; private set; } = null!;

    internal PageHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _secret = await TestIssuer.SecretFileAsync(_folder);
        Issuer = await TestIssuer.StartAsync();
        Host = Instance();
        await Host.InitializeAsync();
    }

    /// <summary>Another replica, with the same store or one of its own.</summary>
    internal PageHost Instance(PageHost? sharing = null) => PageHost.Instance(FreePort.Next(), sharing, options =>
    {
        options.SignIn.Issuer = Issuer.Issuer;
        options.SignIn.Name = "Corp";
        options.SignIn.ClientId = TestIssuer.Client;
        options.SignIn.ClientSecretFile = _secret;
        options.SignIn.Groups.Add("sre");
    });

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Issuer.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
