using System.Net;
using McpRollout.Mcp.Answers;

namespace McpRollout.Forwarding;

/// <summary>What an agent is told where the approving side gave no answer.</summary>
/// <param name="address">The approving side's.</param>
internal sealed class ApprovingSideText(string address)
{
    public static ToolAnswer NoToken(string? file) => ToolAnswer.Refused(
        $"The token in Approvals:TokenFile, {file}, cannot be read now. Tell the user: it must be what 'mcp-rollout approvals agent-token "
            + "FILE' made.");

    public ToolAnswer NoAnswer(string tool, string cause) => ToolAnswer.Refused(
        $"The approving side at {address} did not answer ({cause}). Tell the user: 'mcp-rollout approvals serve' must run there. Then call "
            + $"{tool} again: the same undo is never asked for twice.");

    public ToolAnswer Unproven(string tool, HttpStatusCode status) => status switch
    {
        HttpStatusCode.OK => ToolAnswer.Refused(
            $"Whoever answers at {address} is not the approving side that knows this agent's side; the token was not sent. Tell the user: "
                + "another program may have taken that port."),
        HttpStatusCode.NotFound => ToolAnswer.Refused(
            $"Whoever answers at {address} does not prove to be the approving side; the token was not sent. Tell the user: it may be an "
                + "older version, and both sides must be of the same, or another program that has taken that port."),
        _ => Refusal(tool, status),
    };

    public ToolAnswer Refusal(string tool, HttpStatusCode status) => status switch
    {
        // A proxy before it says so while it restarts.
        HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout =>
            NoAnswer(tool, $"HTTP {(int)status}"),
        HttpStatusCode.Unauthorized => ToolAnswer.Refused(
            $"The approving side at {address} does not know this agent's side. Tell the user: the SHA-256 of the token in "
                + "Approvals:TokenFile must stand there in Approvals:Agents."),
        HttpStatusCode.TooManyRequests => ToolAnswer.Refused(
            $"The approving side at {address} takes no more calls of this agent now. Wait for those that are under way, or a minute."),
        HttpStatusCode.InternalServerError => ToolAnswer.Refused(
            $"The approving side at {address} failed. Tell the user; its log says more."),
        HttpStatusCode.NotFound => ToolAnswer.Refused(
            $"The approving side at {address} takes no such call: it only reads, or is of another version. Tell the user."),
        _ => ToolAnswer.Refused(
            $"{address} answered HTTP {(int)status}: Approvals:Server must be the address at which people open the approval page. Tell "
                + "the user."),
    };
}
