using System.Text.Json;
using System.Text.Json.Nodes;
using McpRollout.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

#pragma warning disable MCP9005 // The suite calls for sampling and roots, which 2026-07-28 still has.

namespace McpRollout.Tests.Hosted;

/// <summary>What the conformance suite calls by name, behind the product's own transport and filters.</summary>
internal sealed class ConformanceFixtures : IPageRoute
{
    // One red pixel, and a WAV of no samples.
    private static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==");

    private static readonly byte[] Wav = Convert.FromBase64String("UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=");

    private static readonly Dictionary<string, Func<RequestContext<CallToolRequestParams>, CallToolResult>> Tools = new()
    {
        ["test_simple_text"] = _ => Told(Text("This is a simple text response for testing.")),
        ["test_image_content"] = _ => Told(ImageContentBlock.FromBytes(Png, "image/png")),
        ["test_audio_content"] = _ => Told(AudioContentBlock.FromBytes(Wav, "audio/wav")),
        ["test_embedded_resource"] = _ =>
            Told(Embedded("test://embedded-resource", "text/plain", "This is an embedded resource content.")),
        ["test_multiple_content_types"] = _ => Told(
            Text("Multiple content types test:"), ImageContentBlock.FromBytes(Png, "image/png"),
            Embedded("test://mixed-content-resource", "application/json", """{"test":"data","value":123}""")),
        ["test_error_handling"] = _ =>
            new CallToolResult { IsError = true, Content = [Text("This tool intentionally returns an error for testing")] },
        ["test_missing_capability"] = call => call.Server.ClientCapabilities?.Sampling is null
            ? throw new MissingRequiredClientCapabilityException(new ClientCapabilities { Sampling = new() }, "It takes sampling.")
            : Told(Text("declared")),
        ["test_streaming_elicitation"] = _ => Told(Text("nothing is asked on the stream")),
        ["test_logging_tool"] = _ => Told(Text("nothing is logged unasked")),
        ["test_input_required_result_elicitation"] = call => Given(call, "user_name") is JsonObject given
                && given["content"] is JsonObject content && content["name"] is { } name
            ? Told(Text($"Hello, {name}!"))
            : throw Asking(null, ("user_name", Form("What is your name?", "name", new ElicitRequestParams.StringSchema()))),
        ["test_input_required_result_sampling"] = call => Given(call, "capital_question") is { } answer
            ? Told(Text(answer["content"]!.ToJsonString()))
            : throw Asking(null, ("capital_question", Sampling("What is the capital of France?", 100))),
        ["test_input_required_result_list_roots"] = call => Given(call, "client_roots") is { } roots
            ? Told(Text(roots["roots"]!.ToJsonString()))
            : throw Asking(null, ("client_roots", InputRequest.ForRootsList(new ListRootsRequestParams()))),
        ["test_input_required_result_request_state"] = call => call.Params.RequestState == "one" && Given(call, "confirm") is not null
            ? Told(Text("state-ok"))
            : throw Asking("one", ("confirm", Form("Please confirm", "ok", new ElicitRequestParams.BooleanSchema()))),
        ["test_input_required_result_multiple_inputs"] = call =>
            Given(call, "user_name") is not null && Given(call, "greeting") is not null && Given(call, "client_roots") is not null
                ? Told(Text("All three are there."))
                : throw Asking(
                    "all",
                    ("user_name", Form("What is your name?", "name", new ElicitRequestParams.StringSchema())),
                    ("greeting", Sampling("Generate a greeting", 50)),
                    ("client_roots", InputRequest.ForRootsList(new ListRootsRequestParams()))),
        ["test_input_required_result_multi_round"] = call => call.Params.RequestState switch
        {
            "two" => Told(Text("Both steps are done.")),
            "one" => throw Asking(
                "two", ("step2", Form("Step 2: What is your favorite color?", "color", new ElicitRequestParams.StringSchema()))),
            _ => throw Asking("one", ("step1", Form("Step 1: What is your name?", "name", new ElicitRequestParams.StringSchema()))),
        },
        ["test_input_required_result_tampered_state"] = call => call.Params.RequestState switch
        {
            "sealed" => Told(Text("The state is as it was sent.")),
            null => throw Asking("sealed", ("confirm", Form("Please confirm", "ok", new ElicitRequestParams.BooleanSchema()))),
            _ => throw new McpProtocolException("requestState was changed on its way.", McpErrorCode.InvalidParams),
        },
        ["test_input_required_result_capabilities"] = call =>
        {
            var able = call.Server.ClientCapabilities;
            var asked = new List<(string, InputRequest)>();
            if (able?.Elicitation is not null)
                asked.Add(("user_name", Form("What is your name?", "name", new ElicitRequestParams.StringSchema())));
            if (able?.Sampling is not null)
                asked.Add(("greeting", Sampling("Generate a greeting", 50)));
            throw Asking(null, [.. asked]);
        },
    };

    public void AddTo(IServiceCollection services) => services.Configure<McpServerOptions>(options =>
    {
        options.Handlers.CallToolHandler = CallAsync;
        options.Handlers.GetPromptHandler = (request, _) => ValueTask.FromResult(Prompt(request));
        options.Handlers.CompleteHandler = (_, _) => ValueTask.FromResult(new CompleteResult { Completion = new() { Values = ["paris"] } });
        options.Handlers.ListResourcesHandler = (_, _) => ValueTask.FromResult(new ListResourcesResult
        {
            Resources =
            [
                new() { Uri = "test://static-text", Name = "text", Description = "Text.", MimeType = "text/plain" },
                new() { Uri = "test://static-binary", Name = "binary", Description = "A pixel.", MimeType = "image/png" },
            ],
        });
        options.Handlers.ListResourceTemplatesHandler = (_, _) => ValueTask.FromResult(new ListResourceTemplatesResult
        {
            ResourceTemplates = [new() { UriTemplate = "test://template/{id}/data", Name = "data", MimeType = "application/json" }],
        });
        options.Handlers.ReadResourceHandler = (request, _) => ValueTask.FromResult(new ReadResourceResult
        {
            Contents = [Resource(request.Params.Uri)],
        });
    });

    public void Map(IEndpointRouteBuilder routes)
    {
    }

    public ValueTask<bool> IsAgentsAsync(HttpContext context) => ValueTask.FromResult(false);

    private static async ValueTask<CallToolResult> CallAsync(
        RequestContext<CallToolRequestParams> call, CancellationToken cancellationToken)
    {
        if (call.Params.Name == "test_tool_with_logging")
        {
            foreach (var message in new[] { "Tool execution started", "Tool processing data", "Tool execution completed" })
            {
                await call.Server.SendNotificationAsync(
                    NotificationMethods.LoggingMessageNotification,
                    new LoggingMessageNotificationParams { Level = LoggingLevel.Info, Data = JsonSerializer.SerializeToElement(message) },
                    cancellationToken: cancellationToken);
            }

            return Told(Text("It is logged."));
        }

        if (call.Params.Name != "test_tool_with_progress")
        {
            return Tools.TryGetValue(call.Params.Name, out var answer)
                ? answer(call)
                : throw new McpProtocolException($"There is no tool '{call.Params.Name}'.", McpErrorCode.InvalidParams);
        }

        foreach (var progress in call.Params.ProgressToken is null ? [] : new[] { 0, 50, 100 })
        {
            await call.Server.NotifyProgressAsync(
                call.Params.ProgressToken!.Value, new() { Progress = progress, Total = 100 }, cancellationToken: cancellationToken);
        }

        return Told(Text("It is done."));
    }

    private static GetPromptResult Prompt(RequestContext<GetPromptRequestParams> request) => request.Params.Name switch
    {
        "test_simple_prompt" => Said(Text("This is a simple prompt for testing.")),
        "test_prompt_with_arguments" => Said(Text(
            $"Prompt with arguments: arg1='{Argument(request, "arg1")}', arg2='{Argument(request, "arg2")}'")),
        "test_prompt_with_embedded_resource" => Said(
            Embedded(Argument(request, "resourceUri"), "text/plain", "Embedded resource content for testing."),
            Text("Please process the embedded resource above.")),
        "test_prompt_with_image" => Said(ImageContentBlock.FromBytes(Png, "image/png"), Text("Please analyze the image above.")),
        "test_input_required_result_prompt" => request.Params.InputResponses?.ContainsKey("user_context") is true
            ? Said(Text("With that context."))
            : throw Asking(
                null, ("user_context", Form("What context should the prompt use?", "context", new ElicitRequestParams.StringSchema()))),
        var other => throw new McpProtocolException($"There is no prompt '{other}'.", McpErrorCode.InvalidParams),
    };

    private static ResourceContents Resource(string uri) => uri switch
    {
        "test://static-text" => Contents(uri, "text/plain", "This is the content of the static text resource."),
        "test://static-binary" => BlobResourceContents.FromBytes(Png, uri, "image/png"),
        _ when uri.Split('/') is ["test:", "", "template", var id, "data"] => Contents(
            uri, "application/json", $$"""{"id":"{{id}}","templateTest":true,"data":"Data for ID: {{id}}"}"""),
        _ => throw new McpProtocolException($"There is no resource '{uri}'.", McpErrorCode.InvalidParams) { Data = { ["uri"] = uri } },
    };

    private static string Argument(RequestContext<GetPromptRequestParams> request, string name) =>
        request.Params.Arguments![name].GetString()!;

    private static JsonNode? Given(RequestContext<CallToolRequestParams> call, string key) =>
        call.Params.InputResponses?.TryGetValue(key, out var response) is true ? JsonNode.Parse(response.RawValue.GetRawText()) : null;

    private static InputRequiredException Asking(string? state, params (string Key, InputRequest Request)[] asked) =>
        new(asked.ToDictionary(each => each.Key, each => each.Request), state);

    private static InputRequest Form(string message, string field, ElicitRequestParams.PrimitiveSchemaDefinition type) =>
        InputRequest.ForElicitation(new()
        {
            Message = message,
            RequestedSchema = new()
            {
                Properties = new Dictionary<string, ElicitRequestParams.PrimitiveSchemaDefinition> { [field] = type },
            },
        });

    private static InputRequest Sampling(string question, int tokens) => InputRequest.ForSampling(new()
    {
        Messages = [new SamplingMessage { Role = Role.User, Content = [Text(question)] }],
        MaxTokens = tokens,
    });

    private static CallToolResult Told(params ContentBlock[] content) => new() { Content = content };

    private static GetPromptResult Said(params ContentBlock[] content) =>
        new() { Messages = [.. content.Select(block => new PromptMessage { Role = Role.User, Content = block })] };

    private static TextContentBlock Text(string text) => new() { Text = text };

    private static EmbeddedResourceBlock Embedded(string uri, string type, string text) => new() { Resource = Contents(uri, type, text) };

    private static TextResourceContents Contents(string uri, string type, string text) => new() { Uri = uri, MimeType = type, Text = text };
}
