using Microsoft.Win32.SafeHandles;

namespace McpRollout.Approvals.Audit.Sinks;

/// <summary>
/// Standard error as the operating system has it. .NET's console takes a line for written when nobody reads the pipe any more, and writes
/// under the lock of standard output, so that a reader who stops would hold up MCP too.
/// </summary>
internal static class StandardErrorStream
{
    private const int Descriptor = 2;

    /// <summary>A writer that fails when the line could not be written.</summary>
    public static TextWriter OpenWriter() => new StreamWriter(OperatingSystem.IsWindows()
        ? Console.OpenStandardError()
        : new FileStream(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0));
}
