using System.Text.Json.Serialization;
using McpRollout.Mcp.Tools;

namespace McpRollout.Forwarding;

/// <summary>A tool's call on its way from an agent's side to the approving side. Who asks is not in it: the token says that.</summary>
/// <param name="Client">The MCP client's name and version, in its own words.</param>
/// <param name="WorkloadUid">The workload's uid as the agent's side sees it; null where no workload is named.</param>
/// <param name="Arguments">The tool's arguments, as they were given, but for the cluster.</param>
/// <param name="Cluster">What the agent's side calls the workload's cluster; null where no workload is named.</param>
internal sealed record ForwardedCall(
    string? Client, string? WorkloadUid, Dictionary<string, JsonElement>? Arguments, string? Cluster = null)
{
    /// <inheritdoc cref="GivenCall.OpensPage"/>
    public bool OpensPage { get; init; }

    /// <inheritdoc cref="GivenCall.TellsAll"/>
    public bool TellsAll { get; init; }
}

/// <summary>One line of what comes back: any number of times what is being waited for, and then the answer.</summary>
/// <param name="Progress">What is being waited for.</param>
/// <param name="Text">The answer's text.</param>
/// <param name="Facts">The answer's structured content; null with a refusal.</param>
internal sealed record ForwardedLine(string? Progress = null, string? Text = null, JsonElement? Facts = null);

/// <summary>What the approving side knows of a workload's undos.</summary>
/// <param name="Open">The open one.</param>
/// <param name="Earlier">Those that were carried out; null where they cannot be read.</param>
/// <param name="Images">What its images were seen to be; null unless its uid was given, or where they cannot be read.</param>
internal sealed record WorkloadUndos(OpenUndo Open, IReadOnlyList<EarlierUndo>? Earlier, ImageRecord? Images = null);

/// <summary>How the two sides write to each other.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ForwardedCall))]
[JsonSerializable(typeof(ForwardedLine))]
[JsonSerializable(typeof(WorkloadUndos))]
[JsonSerializable(typeof(ProofDocument))]
internal sealed partial class ForwardingJson : JsonSerializerContext;
