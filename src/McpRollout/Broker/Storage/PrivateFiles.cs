namespace McpRollout.Broker.Storage;

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
    public static void CreateFile(string path)
    {
        using (OpenToAppend(path))
        {
        }
    }

    /// <summary>Opens the file, made if it is missing, for this process alone; fails while another has it.</summary>
    public static FileStream OpenAlone(string path) => Open(path, FileShare.None);

    /// <summary>Opens the file for appending, making it if it is missing.</summary>
    public static FileStream OpenToAppend(string path) => Open(path, FileShare.ReadWrite | FileShare.Delete);

    private static FileStream Open(string path, FileShare share)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = share,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }
}
