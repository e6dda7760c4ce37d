using System.Runtime.InteropServices;

namespace ActorRlhf.Models.Files;

/// <summary>Tells regular files from what must not be opened: opening a named pipe would wait for ever.</summary>
/// <remarks>
/// A link is what it leads to: the cache of Hugging Face's hub keeps a model as links to files elsewhere.
/// </remarks>
public static partial class FileKind
{
    const int CurrentDirectory = -100, FollowLinks = 0, DoNotFollowLinks = 0x100, TypeOnly = 1;
    // struct statx has one layout on every processor, which struct stat has not; st_mode is 16 bits at byte 28 of 256.
    const int StatusLength = 256, ModeOffset = 28, TypeBits = 0xF000;

    /// <summary>
    /// What stands at a path instead of a regular file, in words that
    /// finish "this is …", or null for a regular file. Nothing is opened.
    /// </summary>
    /// <remarks>Elsewhere than on Linux, pipes, sockets and devices cannot be told apart from each other.</remarks>
    public static string? WhyNotRegular(string path)
    {
        if (OperatingSystem.IsLinux() && (TypeOf(path, FollowLinks) ?? TypeOf(path, DoNotFollowLinks)) is { } type)
        {
            return type switch
            {
                0x8000 => null,
                0xA000 => $"a symbolic link that leads to no file: '{new FileInfo(path).LinkTarget}'",
                0x4000 => "a folder",
                0x1000 => "a named pipe",
                0x2000 or 0x6000 => "a device",
                0xC000 => "a socket",
                _ => $"a file of the unknown type 0x{type:X}",
            };
        }
        if (Directory.Exists(path)) return "a folder";
        var file = new FileInfo(path);
        if (file.LinkTarget is not null) file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        if (!file.Exists) return "nothing: there is no such file";
        return file.Length > 0 ? null : "an empty file, a named pipe or a device";
    }

    /// <summary>The number of bytes of a regular file, also through a link, of which <see cref="FileInfo.Length"/> tells its own.</summary>
    internal static long Length(string path)
    {
        using var file = File.OpenHandle(path);
        return RandomAccess.GetLength(file);
    }

    static int? TypeOf(string path, int flags)
    {
        Span<byte> status = stackalloc byte[StatusLength];
        return StatX(CurrentDirectory, path, flags, TypeOnly, ref MemoryMarshal.GetReference(status)) == 0
            ? MemoryMarshal.Read<ushort>(status[ModeOffset..]) & TypeBits
            : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, ref byte status);
}
