namespace McpRollout.Mcp.Card;

/// <summary>
/// A card that shows a request, for clients that show such (MCP Apps, <c>io.modelcontextprotocol/ui</c>, 2026-01-26). The client puts the
/// answers of the tools into it; it reads, and decides nothing.
/// </summary>
internal sealed class RequestCard : McpServerResource
{
    private const string Extension = "io.modelcontextprotocol/ui";
    private const string Address = "ui://mcp-rollout/request";
    private const string Type = "text/html;profile=mcp-app";

    /// <summary>The tools whose answers it shows.</summary>
    private static readonly string[] Shown = ["k8s_rollout_undo", "k8s_rollout_undo_status"];

    private static readonly Resource Itself = new() { Uri = Address, Name = "undo-request", Title = "Undo request", MimeType = Type };

    private RequestCard()
    {
    }

    public override Resource ProtocolResource => Itself;

    public override ResourceTemplate ProtocolResourceTemplate { get; } =
        new() { UriTemplate = Address, Name = Itself.Name, Title = Itself.Title, MimeType = Type };

    public override IReadOnlyList<object> Metadata => [];

    /// <summary>Offers it; before the tools are offered, whose list this adds to. It is named where a tool is shown with it, and listed
    /// nowhere: people look for other things there.</summary>
    public static void Offer(McpServerOptions options)
    {
        options.ResourceCollection = [new RequestCard()];
        options.Capabilities ??= new ServerCapabilities();
        options.Capabilities.Extensions = new Dictionary<string, object> { [Extension] = new JsonObject() };
        options.Filters.Request.ListResourcesFilters.Add(next => async (request, cancellationToken) =>
        {
            var listed = await next(request, cancellationToken);
            listed.Resources = [.. listed.Resources.Where(resource => resource.Uri != Address)];
            return listed;
        });
        options.Filters.Request.ListToolsFilters.Add(next => async (request, cancellationToken) =>
        {
            var listed = await next(request, cancellationToken);
            if (IsShown(request))
                listed.Tools = [.. listed.Tools.Select(tool => Shown.Contains(tool.Name) ? WithCard(tool) : tool)];
            return listed;
        });
    }

    public override bool IsMatch(string uri) => uri == Address;

    public override ValueTask<ReadResourceResult> ReadAsync(
        RequestContext<ReadResourceRequestParams> request, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(new ReadResourceResult
        {
            Contents =
            [
                new TextResourceContents
                {
                    Uri = Address,
                    MimeType = Type,
                    Text = CardPage.Html,
                    Meta = new JsonObject
                    {
                        ["ui"] = new JsonObject
                        {
                            ["csp"] = new JsonObject
                            {
                                ["connectDomains"] = new JsonArray(),
                                ["resourceDomains"] = new JsonArray(),
                                ["frameDomains"] = new JsonArray(),
                                ["baseUriDomains"] = new JsonArray(),
                            },
                            ["prefersBorder"] = true,
                        },
                    },
                },
            ],
        });

    // Without sessions nobody knows what a client of an earlier version shows: it is told, and passes over what it does not know.
    private static bool IsShown(RequestContext<ListToolsRequestParams> request)
    {
        var client = request.JsonRpcRequest.Context?.ClientCapabilities ?? request.Server.ClientCapabilities;
        return client is null
            || (client.Extensions?.TryGetValue(Extension, out var settings) is true
                && settings is JsonElement { ValueKind: JsonValueKind.Object } said
                && said.TryGetProperty("mimeTypes", out var types) && types.ValueKind == JsonValueKind.Array
                && types.EnumerateArray().Any(type => type.Text() == Type));
    }

    private static Tool WithCard(Tool tool) => new()
    {
        Name = tool.Name,
        Title = tool.Title,
        Description = tool.Description,
        InputSchema = tool.InputSchema,
        OutputSchema = tool.OutputSchema,
        Annotations = tool.Annotations,
        Meta = new JsonObject { ["ui"] = new JsonObject { ["resourceUri"] = Address } },
    };
}
