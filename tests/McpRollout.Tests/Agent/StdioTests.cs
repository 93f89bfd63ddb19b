using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using McpRollout.Tests.EndToEnd;
using McpRollout.Tests.Tools;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace McpRollout.Tests.Agent;

/// <summary>The program as an IDE starts it, over its real standard streams.</summary>
public sealed class StdioTests : IDisposable
{
    private const string Hello = """
        {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"raw","version":"1"}}}
        """;

    private const string OldList = """{"jsonrpc":"2.0","id":2,"method":"tools/list"}""";

    private const string NewList = """
        {"jsonrpc":"2.0","id":2,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("stdio-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static string Program => BuiltProgram.Path;

    private string[] Settings => [$"--Storage:Path={Path.Combine(_folder, "state.db")}", "--Cluster:Sandbox=true"];

    [Theory]
    [InlineData(AgentRig.Old)]
    [InlineData(AgentRig.New)]
    public async Task AClientOfEitherEraReadsAHistory(string version)
    {
        var transport = new StdioClientTransport(new() { Command = Program, Arguments = Settings });
        await using var client = await McpClient.CreateAsync(transport, new() { ProtocolVersion = version }, cancellationToken: Cancelled);

        var result = await client.CallToolAsync(
            "k8s_rollout_history",
            new Dictionary<string, object?> { ["resource_type"] = "deployment", ["namespace"] = "shop", ["name"] = "checkout" },
            cancellationToken: Cancelled);

        Assert.Equal(version, client.NegotiatedProtocolVersion);
        Assert.False(result.IsError, Assert.IsType<TextContentBlock>(result.Content[0]).Text);
        Assert.Equal(4, result.StructuredContent!.Value.GetProperty("current_revision").GetInt64());
    }

    [Theory]
    [InlineData(AgentRig.Old, new[] { Hello, OldList })]
    [InlineData(AgentRig.New, new[] { NewList })]
    public async Task TheToolListOnTheWireIsTheSchemaFilesAndUnderSixKilobytes(string version, string[] lines)
    {
        var answers = await SayAsync(lines);

        Assert.Equal(lines.Length, answers.Count);
        Assert.All(answers, answer => Assert.Equal("2.0", SchemaFiles.Parse(answer)["jsonrpc"]!.GetValue<string>()));
        Assert.InRange(Encoding.UTF8.GetByteCount(answers[^1]), 1, 6000);
        var listed = SchemaFiles.Parse(answers[^1])["result"]!["tools"]!;
        Assert.True(JsonNode.DeepEquals(new JsonArray([.. SchemaFiles.ToolNames.Select(SchemaFiles.Tool)]), listed), version);
    }

    [Fact]
    public async Task ATellingRefusalReachesTheWireWordForWord()
    {
        var answers = await SayAsync([Hello, """
            {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"k8s_rollout_history","arguments":{"resource_type":"deployment","namespace":"shop"}}}
            """]);

        var result = SchemaFiles.Parse(answers[^1])["result"]!;
        Assert.True(result["isError"]!.GetValue<bool>());
        Assert.Equal("k8s_rollout_history was not called: name is missing.", result["content"]![0]!["text"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"name":"k8s_rollout_history","arguments":[1]}""")]
    [InlineData("""{"name":"k8s_rollout_history","arguments":"{}"}""")]
    [InlineData("""{"name":"k8s_rollout_history","arguments":{"\ud800":1}}""")]
    [InlineData("""{"name":7}""")]
    [InlineData("[1]")]
    public async Task ACallThatCannotBeReadIsAnsweredInWords(string parameters)
    {
        var answers = await SayAsync([Hello, $$"""{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{{parameters}} }"""]);

        var error = SchemaFiles.Parse(answers[^1])["error"]!;
        Assert.Equal(-32602, error["code"]!.GetValue<int>());
        Assert.Contains("arguments an object", error["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // One answer for each line; whatever else were on standard output would come in between and be taken for one.
    private async Task<IReadOnlyList<string>> SayAsync(string[] lines)
    {
        using var server = Process.Start(new ProcessStartInfo(Program, Settings)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = server.StandardError.ReadToEndAsync(Cancelled);
        var answers = new List<string>();
        foreach (var line in lines)
        {
            await server.StandardInput.WriteLineAsync(line.Trim());
            await server.StandardInput.FlushAsync(Cancelled);
            answers.Add(await server.StandardOutput.ReadLineAsync(Cancelled) ?? throw new InvalidOperationException(await errors));
        }

        server.StandardInput.Close();
        Assert.Empty(await server.StandardOutput.ReadToEndAsync(Cancelled));
        await server.WaitForExitAsync(Cancelled);
        Assert.Equal(0, server.ExitCode);
        return answers;
    }
}
