namespace McpRollout.PracticeCluster;

/// <summary>How a <see cref="EmbeddedCluster"/> is set up.</summary>
public sealed class EmbeddedClusterOptions
{
    /// <summary>The loopback port to listen on; 0, the default, takes any free one.</summary>
    public int Port { get; set; }

    /// <summary>
    /// Whether the cluster starts with its incidents in place; the default is true. Otherwise only the namespace <c>default</c>
    /// exists.
    /// </summary>
    public bool Seed { get; set; } = true;

    /// <summary>
    /// Whether the incidents include the drills, one for each finding, which take a moment to play; the default is false.
    /// </summary>
    public bool Drills { get; set; }

    /// <summary>How long a pod takes to become ready, or to fail; the default is 300 ms.</summary>
    public TimeSpan PodStartupTime { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>The same for pods with <c>slow</c> in an image; the default is 3 s.</summary>
    public TimeSpan SlowPodStartupTime { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>The time that the cluster goes by; the default is the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
