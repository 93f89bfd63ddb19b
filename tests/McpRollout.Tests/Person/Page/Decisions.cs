using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using McpRollout.Approvals.Requests;

namespace McpRollout.Tests.Person.Page;

/// <summary>Sends decisions as browsers and scripts do.</summary>
internal static class Decisions
{
    public static string PathOf(UndoRequest request) => $"/approvals/{request.Id}";

    public static Dictionary<string, string> Fields(UndoRequest request, string decision = "approve") => new()
    {
        ["decision"] = decision,
        ["plan"] = request.Plan.Digest,
        ["approver"] = PageHost.Name,
        ["passphrase"] = PageHost.Passphrase,
        ["comment"] = "seen in the logs",
    };

    public static HttpRequestMessage Form(UndoRequest request, Dictionary<string, string> fields) =>
        new(HttpMethod.Post, $"{PathOf(request)}/decision")
        {
            Content = new FormUrlEncodedContent(fields),
            Headers = { Accept = { new MediaTypeWithQualityHeaderValue("text/html"), new MediaTypeWithQualityHeaderValue("*/*", 0.8) } },
        };

    public static HttpRequestMessage Json(UndoRequest request, Dictionary<string, string> fields) => Raw(
        request,
        new JsonObject(fields.Select(field => KeyValuePair.Create<string, JsonNode?>(field.Key, field.Value))).ToJsonString(),
        "application/json");

    public static HttpRequestMessage Raw(UndoRequest request, string body, string? contentType)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (contentType is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return new HttpRequestMessage(HttpMethod.Post, $"{PathOf(request)}/decision") { Content = content };
    }

    public static async Task<JsonNode> JsonOf(HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync(PageHost.Cancellation))!;

    public static Task<string> TextOf(HttpResponseMessage response) => response.Content.ReadAsStringAsync(PageHost.Cancellation);
}
