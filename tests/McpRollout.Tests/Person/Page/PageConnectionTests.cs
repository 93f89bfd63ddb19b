using System.Net;
using System.Net.Sockets;
using System.Text;
using McpRollout.Web.Limits;

namespace McpRollout.Tests.Person.Page;

/// <summary>Whoever only holds connections keeps nobody from the page.</summary>
public sealed class PageConnectionTests(PageHost host) : IClassFixture<PageHost>
{
    public static TheoryData<string, int> Holders => new()
    {
        { "", 500 },
        { "GET / HTTP/1.1\r\nHost: localhost:{port}\r\nX-Slow: ", 500 },
        { "POST /approvals/undo-1/decision HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: 9000\r\n\r\ndecision=", 500 },
    };

    [Theory]
    [MemberData(nameof(Holders))]
    public async Task ConnectionsThatOnlyWaitKeepNobodyFromThePage(string sent, int connections)
    {
        var bytes = Encoding.ASCII.GetBytes(sent.Replace("{port}", $"{host.Port}", StringComparison.Ordinal));
        var held = new List<TcpClient>();
        try
        {
            for (var at = 0; at < connections; at++)
            {
                var client = new TcpClient(AddressFamily.InterNetwork);
                held.Add(client);
                await client.ConnectAsync(IPAddress.Loopback, host.Port, PageHost.Cancellation);
                await client.GetStream().WriteAsync(bytes, PageHost.Cancellation);
            }

            for (var get = 0; get < 40; get++)
            {
                using var fresh = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = host.Client.BaseAddress };
                using var response = await fresh.GetAsync("/", PageHost.Cancellation);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            }
        }
        finally
        {
            held.ForEach(client => client.Dispose());
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost:{port}\r\nX-Slow: ")]
    [InlineData("POST /approvals/undo-1/decision HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: 9000\r\n\r\ndecision=")]
    public async Task ARequestThatDoesNotComeToItsEndIsGivenUpWithinSeconds(string sent)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(PageHost.Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        using var client = new TcpClient(AddressFamily.InterNetwork);
        await client.ConnectAsync(IPAddress.Loopback, host.Port, limit.Token);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(sent.Replace("{port}", $"{host.Port}", StringComparison.Ordinal)), limit.Token);
        using var reader = new StreamReader(stream, Encoding.ASCII);

        var answer = await reader.ReadToEndAsync(limit.Token);

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
    }
}

public class ConnectionSharesRules
{
    private static readonly ConnectionShares Few = new(Waiting: new(4, 3), People: new(3, 2), Attempts: new(2, 1));

    [Theory]
    [InlineData("", null)]
    [InlineData("1 1 1", null)]
    [InlineData("2 1 1 1 1", 1)]
    [InlineData("3 1 2 1 2", 1)]
    [InlineData("3 2 2 1 1 4", 1)]
    [InlineData("1 2 3 4", null)]
    [InlineData("1 2 3 4 5", 0)]
    public void TheLongestWaitingOfTheAddressWithMostIsClosed(string addresses, int? closed)
    {
        var waiting = addresses.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(closed, Few.ToBeClosed([.. waiting.Select(last => IPAddress.Parse($"192.0.2.{last}"))]));
    }

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(2, 1, true)]
    [InlineData(2, 2, false)]
    [InlineData(3, 0, false)]
    public void OneAddressDoesNotTakeWhatIsForAll(int answered, int ofTheSame, bool hasRoom) =>
        Assert.Equal(hasRoom, Few.People.HasRoom(answered, ofTheSame));

    [Fact]
    public void WhatAgentsAreAnsweredTakesNothingFromPeople()
    {
        var register = new ConnectionRegister(Few);
        var closed = 0;
        List<ServedConnection> all = [.. Enumerable.Range(0, 40)
            .Select(at => new ServedConnection(register, IPAddress.Parse($"192.0.2.{at}"), _ => closed++))];
        foreach (var agent in all[..30])
            Assert.True(agent.TryAnswer(ConnectionUse.Agent));
        Assert.Equal([true, true, true, false], all[30..34].Select(person => person.TryAnswer(ConnectionUse.Person)));
        Assert.True(all[34].TryAnswer(ConnectionUse.Agent));
        Assert.Equal(0, closed);
    }
}
