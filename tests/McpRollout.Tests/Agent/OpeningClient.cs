using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpRollout.Tests.Agent;

/// <summary>A client that offers to open pages, and says of it what it likes.</summary>
/// <param name="answer">What it does and says.</param>
internal sealed class OpeningClient(Func<ElicitRequestParams, Task<string>> answer)
{
    public OpeningClient(string action)
        : this(_ => Task.FromResult(action))
    {
    }

    /// <summary>What it was asked.</summary>
    public List<ElicitRequestParams> Asked { get; } = [];

    public void Offer(McpClientOptions options)
    {
        options.Capabilities = new() { Elicitation = new() { Url = new() } };
        options.Handlers.ElicitationHandler = async (asked, _) =>
        {
            Asked.Add(asked!);
            return new ElicitResult { Action = await answer(asked!) };
        };
    }
}
