using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace McpRollout.Approvals.Files;

/// <summary>Makes files and folders that only their owner can read. Windows' per-user state folder already is.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes the folder if it is missing.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
    }

    /// <summary>Makes the file, empty, if it is missing.</summary>
    public static void CreateFile(string path) => OpenToAppend(path).Dispose();

    /// <summary>Opens the file, made if it is missing, for this process alone; fails while another has it.</summary>
    public static FileStream OpenAlone(string path) => Open(path, FileMode.OpenOrCreate, FileShare.None);

    /// <summary>Makes the file; fails if there is one.</summary>
    public static FileStream CreateNew(string path) => Open(path, FileMode.CreateNew, FileShare.Read);

    /// <summary>Opens the file for appending, making it if it is missing.</summary>
    public static FileStream OpenToAppend(string path) => Open(path, FileMode.OpenOrCreate, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>Opens the file for writing at its end only, making it if it is missing: a file that the file system lets grow and nothing
    /// else (<c>chattr +a</c>) is refused to whoever could write elsewhere in it.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static FileStream OpenAppendOnly(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            var file = OpenToAppend(path);
            file.Position = file.Length;
            return file;
        }

        // .NET has no way to ask for O_APPEND. The numbers are those of Linux: include/uapi/asm-generic/fcntl.h.
        const int WriteOnly = 0x1, Create = 0x40, Append = 0x400, CloseOnExec = 0x80000, OwnersOnly = 0x180;
        var opened = OpenFile(Encoding.UTF8.GetBytes(path + '\0'), WriteOnly | Create | Append | CloseOnExec, OwnersOnly);
        return opened >= 0
            ? new FileStream(new SafeFileHandle(opened, ownsHandle: true), FileAccess.Write, bufferSize: 0)
            : throw new IOException($"{path} cannot be opened to append: {Marshal.GetLastPInvokeErrorMessage()}");
    }

#pragma warning disable SYSLIB1054, CA5392 // Only blittable arguments; the C library is the system's.
    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int OpenFile(byte[] path, int flags, int mode);
#pragma warning restore SYSLIB1054, CA5392

    private static FileStream Open(string path, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }
}
