using Microsoft.Win32.SafeHandles;

namespace McpRollout.Mcp.Stdio;

/// <summary>
/// Standard output as the operating system has it. .NET's console holds one lock over both outputs while it writes: a log that nobody reads
/// would hold up every answer.
/// </summary>
internal static class StandardOutput
{
    private const int Descriptor = 1;

    /// <summary>Opens it. Nothing is buffered, so that to dispose it waits for nobody.</summary>
    public static Stream Open() => OperatingSystem.IsWindows()
#pragma warning disable RS0030 // This is the agent's.
        ? Console.OpenStandardOutput()
#pragma warning restore RS0030
        : new FileStream(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
}
