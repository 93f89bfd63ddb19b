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

    private static FileStream Open(string path, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }
}
