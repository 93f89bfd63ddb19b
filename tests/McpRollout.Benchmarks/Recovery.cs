using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using McpRollout.Approvals.Approvers;
using McpRollout.Approvals.Audit;
using McpRollout.Processes;
using Microsoft.Extensions.DependencyInjection;

namespace McpRollout.Benchmarks;

/// <summary>
/// From the SIGKILL of a process that carries an undo out, at every step from the decision to the record that it is applied, to that record
/// by its successor, with the times that users get.
/// </summary>
internal static class Recovery
{
    public static async Task RunAsync(string processes)
    {
        await using var subject = await Subject.PrepareAsync(processes);
        Console.WriteLine($"{Environment.ProcessorCount} cores, {subject.ClusterName}.");
        Console.WriteLine();
        Console.WriteLine("| from SIGKILL to applied by its successor | kills | median | 99th percentile | most |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: |");
        var postgres = Environment.GetEnvironmentVariable("ROLLOUT_TEST_POSTGRES");
        await MeasureAsync(subject, "one machine, started anew", Successor.StartedAnew, postgres: null, rounds: 5, atOnce: 1);
        await MeasureAsync(subject, "one machine, a neighbour", Successor.Neighbour, postgres: null, rounds: 4, atOnce: 1);
        if (postgres is { Length: > 0 })
            await MeasureAsync(subject, "two machines with PostgreSQL", Successor.OnAnotherMachine, postgres, rounds: 4, atOnce: 6);
    }

    /// <summary>Who goes on with what a dead process left.</summary>
    private enum Successor
    {
        /// <summary>One that is started once the other is dead.</summary>
        StartedAnew,

        /// <summary>One that ran beside it, in another process of the same machine.</summary>
        Neighbour,

        /// <summary>One that sees no lock of it.</summary>
        OnAnotherMachine,
    }

    private static async Task MeasureAsync(Subject subject, string what, Successor successor, string? postgres, int rounds, int atOnce)
    {
        var trial = new Trial(subject, successor, postgres);
        var whole = await trial.LiveAsync(point: null);
        var points = whole.Output
            .Where(line => line.StartsWith("point ", StringComparison.Ordinal))
            .Select(line => line["point ".Length..])
            .SkipWhile(point => point != "after PATCH deployments#1")
            .TakeWhile(point => point != "before POST events#1")
            .ToList();
        var measured = new ConcurrentBag<double>();
        await Parallel.ForEachAsync(
            Enumerable.Repeat(points, rounds).SelectMany(each => each),
            new ParallelOptions { MaxDegreeOfParallelism = atOnce },
            async (point, _) =>
            {
                if (await new Trial(subject, successor, postgres).RecoverAsync(point) is { } each)
                    measured.Add(each.TotalSeconds);
            });
        var seconds = measured.Order().ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {seconds.Count} | {seconds[seconds.Count / 2]:0.00} s | "
            + $"{seconds[(int)(seconds.Count * 0.99)]:0.00} s | {seconds[^1]:0.00} s |"));
    }

    /// <summary>One undo of a workload of its own, in a store of its own.</summary>
    private sealed class Trial(Subject subject, Successor successor, string? postgres)
    {
        private readonly string _name = $"recovery-{Guid.NewGuid():N}"[..20];
        private readonly string _schema = postgres is null ? "" : $"{postgres};Search Path=t{Guid.NewGuid():N};Maximum Pool Size=10";

        private string SuccessorsMachine => successor == Successor.OnAnotherMachine ? "two" : "one";

        /// <summary>The time from the kill to the record; null if nothing was decided by then, or all was on record.</summary>
        public async Task<TimeSpan?> RecoverAsync(string point)
        {
            var victim = await LiveAsync(point);
            var id = victim.Output.FirstOrDefault(line => line.StartsWith("asked ", StringComparison.Ordinal))?["asked ".Length..];
            if (id is null || When("undo.approved", "one") is null
                || (victim.Neighbour is null && When("undo.applied", "one") is not null))
            {
                victim.Neighbour?.Kill();
                return null;
            }

            var output = await (victim.Neighbour is { } neighbour ? EndAsync(neighbour) : RunAsync("take-over", [id], SuccessorsMachine));

            // What a process that ends has stored, and not written to the file yet, the next one writes.
            await using (var next = Where(SuccessorsMachine).Compose().BuildServiceProvider())
                await next.GetRequiredService<IAuditSink>().CatchUpAsync(CancellationToken.None);
            var took = When("undo.applied", SuccessorsMachine) - victim.Ended
                ?? throw new InvalidOperationException(
                    $"Killed {point}, the undo was not applied; its successor said: {string.Join("; ", output)}");
            return took > TimeSpan.Zero ? took : null;
        }

        /// <summary>Lives up to the point, or to the undo's end; with a neighbour beside it where it is one that goes on.</summary>
        public async Task<(IReadOnlyList<string> Output, DateTimeOffset Ended, Process? Neighbour)> LiveAsync(string? point)
        {
            await PrepareAsync(Where("one"));
            var neighbour = successor == Successor.Neighbour && point is not null ? Start("stand-by", [], "one") : null;
            if (neighbour is not null)
                await neighbour.StandardOutput.ReadLineAsync();

            var output = await RunAsync("die", point is null ? [] : [point], "one");
            return (output, TimeProvider.System.GetUtcNow(), neighbour);
        }

        private Task<IReadOnlyList<string>> RunAsync(string word, string[] rest, string machine) => EndAsync(Start(word, rest, machine));

        private Process Start(string word, string[] rest, string machine) =>
            Process.Start(new ProcessStartInfo(subject.Program, [word, .. Where(machine).ToArguments(), .. rest])
            {
                RedirectStandardOutput = true,
            })!;

        private static async Task<IReadOnlyList<string>> EndAsync(Process process)
        {
            using (process)
            {
                var output = await process.StandardOutput.ReadToEndAsync();
                await process.WaitForExitAsync();
                return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            }
        }

        private Whereabouts Where(string machine)
        {
            var folder = Directory.CreateDirectory(subject.FileOf($"{_name}-{machine}")).FullName;
            return new Whereabouts(
                postgres is null ? Path.Combine(folder, "state.db") : null,
                postgres is null ? null : _schema,
                Path.Combine(folder, "audit.jsonl"),
                subject.Kubeconfig,
                subject.Context,
                Subject.Namespace,
                _name)
            {
                HasUsualTimes = true,
            };
        }

        private async Task PrepareAsync(Whereabouts where)
        {
            await subject.KubectlAsync($"create deployment {_name} --image=app:1");
            await subject.KubectlAsync($"rollout status deployment/{_name} --timeout=60s");
            await subject.KubectlAsync($"set image deployment/{_name} app=app:2");
            await subject.KubectlAsync($"rollout status deployment/{_name} --timeout=60s");
            await using var services = where.Compose().BuildServiceProvider();
            await services.GetRequiredService<ApproverDirectory>().AddAsync(
                Whereabouts.Approver, [], Whereabouts.Passphrase, AuditActor.Human("root", "terminal"), CancellationToken.None);
        }

        private DateTimeOffset? When(string name, string machine)
        {
            var file = Where(machine).AuditFile;
            foreach (var line in File.Exists(file) ? File.ReadLines(file) : [])
            {
                using var record = JsonDocument.Parse(line);
                if (record.RootElement.GetProperty("event").GetString() == name)
                    return record.RootElement.GetProperty("time").GetDateTimeOffset();
            }

            return null;
        }
    }
}
