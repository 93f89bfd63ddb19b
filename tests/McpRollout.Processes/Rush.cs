using McpRollout.Approvals.Broker;
using McpRollout.Approvals.Requests;
using McpRollout.Approvals.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpRollout.Processes;

/// <summary>Many approvals, denials and cancellations of one request at once, with an executor beside them that carries out what it
/// may.</summary>
internal sealed class Rush(Whereabouts where, string requestId, int size)
{
    public async Task RunAsync()
    {
        await using var services = where.Compose().BuildServiceProvider();
        var broker = services.GetRequiredService<ApprovalBroker>();
        var request = (await broker.FindAsync(requestId, CancellationToken.None))!;
        var executors = services.GetServices<IHostedService>().ToList();
        foreach (var executor in executors)
            await executor.StartAsync(CancellationToken.None);

        // Whoever started the processes says when, so that they begin together.
        Console.Out.WriteLine("ready");
        await Console.In.ReadLineAsync();
        await Task.WhenAll(Enumerable.Range(0, size).Select(number => Task.Run(() => ActAsync(broker, request, number))));

        var end = await Life.EndAsync(services, requestId, TimeSpan.FromMinutes(1), CancellationToken.None);
        foreach (var executor in executors)
            await executor.StopAsync(CancellationToken.None);
        Console.Out.WriteLine($"ended {end!.State}");
    }

    private static async Task ActAsync(ApprovalBroker broker, UndoRequest request, int number)
    {
        try
        {
            if (number % 5 == 4)
            {
                await broker.CancelAsync(request.Id, request.Requester, "no longer wanted", CancellationToken.None);
                return;
            }

            Console.Out.WriteLine($"decision {await DecideAsync(broker, request, number)}");
        }
        catch (StoreUnavailableException)
        {
            // So many at once can be more than the machine can do in time. Nothing was promised to whoever is told so.
            Console.Out.WriteLine("decision unavailable");
        }
    }

    private static async Task<DecisionOutcome> DecideAsync(ApprovalBroker broker, UndoRequest request, int number)
    {
        var result = await broker.DecideAsync(
            new DecisionAttempt(
                request.Id,
                number % 2 == 0 ? Verdict.Approve : Verdict.Deny,
                request.Plan.Digest,
                ApproverOf(number),
                Whereabouts.Passphrase,
                null,
                "http"),
            CancellationToken.None);
        return result.Outcome;
    }

    /// <summary>The approvers, of whom each decides several times.</summary>
    public static string ApproverOf(int number) => $"person-{number % 8}";
}
