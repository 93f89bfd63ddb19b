using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using McpRollout.Tests.EndToEnd;
using McpRollout.Tests.Hosted;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpRollout.Tests.Agent;

/// <summary>The server has an icon, which costs nothing where it is not looked for.</summary>
public sealed class IconTests
{
    private const int Largest = 1024;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(AgentRig.Old)]
    [InlineData(AgentRig.New)]
    public async Task TheServersIconsAreSmallWholeAndHarmless(string version)
    {
        await using var rig = await AgentRig.StartAsync(version);
        AssertSound(rig.Client.ServerInfo!);
    }

    [Theory]
    [InlineData(AgentRig.Old)]
    [InlineData(AgentRig.New)]
    public async Task TheyAreTheSameOverHttp(string version)
    {
        using var folder = await StateFolder.CreateAsync();
        await using var issuer = await TestIssuer.StartAsync();
        await using var cluster = await ClusterUnderTest.PracticeAsync();
        await using var hosted = await HostedProcess.StartAsync(folder, cluster, issuer.Settings);
        await using var client = await hosted.ConnectAsync(issuer.Token(hosted.Audience), version);
        AssertSound(client.ServerInfo!);
    }

    [Fact]
    public async Task NoOtherAnswerAndNoToolHasThem()
    {
        await using var rig = await AgentRig.StartAsync(AgentRig.New);

        var tools = await rig.Client.ListToolsAsync(new ListToolsRequestParams(), Cancelled);
        var answer = await rig.SendAsync("k8s_rollout_undo_status", new { request_id = "none" }, null, Cancelled);

        foreach (var told in new[]
        {
            JsonSerializer.Serialize(tools, McpJsonUtilities.DefaultOptions),
            JsonSerializer.Serialize(answer, McpJsonUtilities.DefaultOptions),
        })
        {
            Assert.Contains("mcp-rollout", told, StringComparison.Ordinal);
            Assert.DoesNotContain("icons", told, StringComparison.Ordinal);
        }
    }

    private static void AssertSound(Implementation server)
    {
        var icons = server.Icons!;
        Assert.Equal(["image/svg+xml", "image/png"], icons.Select(icon => icon.MimeType));
        foreach (var icon in icons)
        {
            Assert.InRange(icon.Source.Length, 1, Largest);
            var bytes = Convert.FromBase64String(icon.Source[$"data:{icon.MimeType};base64,".Length..]);
            if (icon.MimeType == "image/png")
            {
                Assert.Equal("32x32", Assert.Single(icon.Sizes!));
                Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a], bytes[..8]);
                Assert.Equal((32u, 32u), (BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(16)),
                    BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(20))));
                Assert.Equal("IEND", Encoding.ASCII.GetString(bytes.AsSpan(bytes.Length - 8, 4)));
            }
            else
            {
                XNamespace svg = "http://www.w3.org/2000/svg";
                var root = XDocument.Parse(Encoding.UTF8.GetString(bytes)).Root!;
                Assert.Equal([svg + "svg", svg + "path"], root.DescendantsAndSelf().Select(element => element.Name));
                Assert.DoesNotContain(
                    root.DescendantsAndSelf().Attributes().Select(attribute => attribute.Name.LocalName),
                    name => name == "href" || name.StartsWith("on", StringComparison.Ordinal));
            }
        }
    }
}
