using System.Text.Json;
using McpRollout.Tests.Person.Page;
using Microsoft.Playwright;

namespace McpRollout.Tests.Agent;

/// <summary>A client's window, as far as a card knows it: the card in a frame that may run scripts and nothing else, and the messages
/// between them.</summary>
internal sealed class CardHost(BrowserWindow window)
{
    // Keeps to the protocol: nothing is sent to the card before it said that it is there.
    private const string Host = """
        <!DOCTYPE html><title>host</title><iframe sandbox="allow-scripts" style="width:600px;height:800px"></iframe>
        <script>
          window.sent = [];
          const frame = document.querySelector("iframe");
          const post = message => frame.contentWindow.postMessage(Object.assign({ jsonrpc: "2.0" }, message), "*");
          window.show = (html, args, result) => new Promise(done => {
            addEventListener("message", event => {
              if (event.source !== frame.contentWindow) return;
              const message = event.data;
              window.sent.push(message);
              if (message.method === "ui/initialize")
                post({ id: message.id, result: { protocolVersion: "2026-01-26", hostInfo: { name: "host", version: "1" },
                  hostCapabilities: { openLinks: {} }, hostContext: { theme: "dark" } } });
              else if (message.method === "ui/notifications/initialized") {
                post({ method: "ui/notifications/tool-input", params: { arguments: args } });
                post({ method: "ui/notifications/tool-result", params: result });
                done();
              } else if (message.method === "ui/open-link") post({ id: message.id, result: {} });
            });
            frame.srcdoc = html;
          });
          window.tearDown = () => post({ id: 77, method: "ui/resource-teardown", params: { reason: "closed" } });
        </script>
        """;

    public BrowserWindow Window => window;

    public IFrameLocator Card => window.Page.FrameLocator("iframe");

    public IFrame Frame => window.Page.Frames[1];

    /// <summary>Shows what a tool answered, as JSON.</summary>
    public async Task ShowAsync(string html, string result)
    {
        await window.Page.SetContentAsync(Host);
        await window.Page.EvaluateAsync("([html, result]) => window.show(html, {}, JSON.parse(result))", new[] { html, result });
    }

    /// <summary>What the card has sent.</summary>
    public async Task<IReadOnlyList<JsonElement>> SentAsync() =>
        [.. (await window.Page.EvaluateAsync<JsonElement>("() => window.sent")).EnumerateArray()];
}
