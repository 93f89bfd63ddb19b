using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace McpRollout.Approvals.Files;

/// <summary>What a path leads to at this moment.</summary>
/// <param name="Identity">Tells it from another one under the same name, also one that was made after it was deleted.</param>
/// <param name="IsRegular">Whether it keeps what is written: no device, pipe, socket or folder.</param>
internal sealed record FileFacts(string Identity, bool IsRegular)
{
    // The layout of struct statx is the same on every Linux: include/uapi/linux/stat.h.
    private const int StatxSize = 256;
    private const int CurrentFolder = -100;
    private const uint BasicsAndBirth = 0xfff;
    private const int ModeAt = 28;
    private const int InodeAt = 32;
    private const int InodeLength = 8;
    private const int BirthAt = 80;
    private const int BirthLength = 12;
    private const int DeviceAt = 136;
    private const int DeviceLength = 8;
    private const int TypeBits = 0xf000;
    private const int Regular = 0x8000;

    /// <summary>Looks, without opening it; null if there is nothing, or nothing that can be looked at.</summary>
    public static FileFacts? Of(string path)
    {
        try
        {
            if (OperatingSystem.IsLinux())
                return OnLinux(path);
        }
        catch (Exception old) when (old is EntryPointNotFoundException or DllNotFoundException)
        {
            // A C library without statx (musl before 1.2.5): whether it is there is all that can be told.
            return File.Exists(path) ? new("there", IsRegular: true) : null;
        }

        return File.Exists(path) ? new(File.GetCreationTimeUtc(path).ToString("O", CultureInfo.InvariantCulture), IsRegular: true) : null;
    }

    // An inode's number is given again once its file is deleted, so the moment that it was made at belongs to it.
    private static FileFacts? OnLinux(string path)
    {
        var answer = new byte[StatxSize];
        if (Statx(CurrentFolder, Encoding.UTF8.GetBytes(path + '\0'), 0, BasicsAndBirth, answer) != 0)
            return null;
        byte[] identity = [.. answer.AsSpan(DeviceAt, DeviceLength), .. answer.AsSpan(InodeAt, InodeLength),
            .. answer.AsSpan(BirthAt, BirthLength)];
        var mode = BitConverter.IsLittleEndian
            ? BinaryPrimitives.ReadUInt16LittleEndian(answer.AsSpan(ModeAt))
            : BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(ModeAt));
        return new(Convert.ToHexStringLower(identity), (mode & TypeBits) == Regular);
    }

#pragma warning disable SYSLIB1054, CA5392 // Only blittable arguments; the C library is the system's.
    [DllImport("libc", EntryPoint = "statx")]
    private static extern int Statx(int folder, byte[] path, int flags, uint mask, [Out] byte[] answer);
#pragma warning restore SYSLIB1054, CA5392
}
