using System.Globalization;

namespace McpRollout.Benchmarks.Load;

/// <summary>How big a run is, and how often something is killed.</summary>
internal sealed record LoadOptions(string Program)
{
    public int Requests { get; private init; } = 10_000;
    public int Replicas { get; private init; } = 5;
    public int Agents { get; private init; } = 200;
    public int Approvers { get; private init; } = 100;
    public int Workloads { get; private init; } = 400;

    /// <summary>Seconds between two kills of a replica; 0: none is killed.</summary>
    public int KillEvery { get; private init; } = 5;

    /// <summary>Seconds between two restarts of PostgreSQL; 0: it is not restarted.</summary>
    public int RestartEvery { get; private init; } = 30;

    /// <summary>How long a rollout is watched once it is healthy. Unit: seconds.</summary>
    public int Verify { get; private init; }

    /// <summary>Minutes after which nobody asks for more, however few it were; 0: as long as it takes.</summary>
    public int Minutes { get; private init; }

    /// <summary>Of what is left to chance.</summary>
    public int Seed { get; private init; } = Environment.TickCount;

    /// <summary>Reads <c>--requests 500 --replicas 3</c> and the like.</summary>
    public static LoadOptions Read(string program, IEnumerable<string> arguments)
    {
        var options = new LoadOptions(Path.GetFullPath(program));
        foreach (var pair in arguments.Chunk(2))
        {
            var number = pair is [_, var given] ? int.Parse(given, CultureInfo.InvariantCulture) : throw Unknown(pair[0]);
            options = pair[0] switch
            {
                "--requests" => options with { Requests = number },
                "--replicas" => options with { Replicas = number },
                "--agents" => options with { Agents = number },
                "--approvers" => options with { Approvers = number },
                "--workloads" => options with { Workloads = number },
                "--kill-every" => options with { KillEvery = number },
                "--restart-every" => options with { RestartEvery = number },
                "--verify" => options with { Verify = number },
                "--minutes" => options with { Minutes = number },
                "--seed" => options with { Seed = number },
                _ => throw Unknown(pair[0]),
            };
        }

        // An agent has a workload to itself for as long as its request is open.
        return options with { Workloads = Math.Max(options.Workloads, options.Agents) };
    }

    private static ArgumentException Unknown(string argument) => new($"{argument}: --requests, --replicas, --agents, --approvers, "
        + "--workloads, --kill-every, --restart-every, --verify, --minutes or --seed, each with a number.");
}
