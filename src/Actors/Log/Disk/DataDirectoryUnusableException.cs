namespace ActorRlhf.Actors.Log.Disk;

/// <summary>The data directory cannot be written: no permission, a read-only or full disk, a file in the way, an I/O error.</summary>
/// <param name="path">What could not be written.</param>
/// <param name="problem">What is wrong.</param>
/// <param name="advice">What to do about it.</param>
/// <param name="cause">What the operating system said.</param>
public sealed class DataDirectoryUnusableException(string path, string problem, string advice, Exception cause)
    : Exception($"cannot write {path}: {problem}. {advice}", cause)
{
    // errno on Linux and macOS; on Windows HRESULTs with the Win32 code in the low half.
    const int NoSpace = 28, NoSpaceWindows = unchecked((int)0x80070070);
    const int ReadOnlyFileSystem = 30, WriteProtectedWindows = unchecked((int)0x80070013);

    /// <summary>What could not be written.</summary>
    public string Path { get; } = path;

    /// <summary>Whether freeing space is all that is needed.</summary>
    public bool DiskFull { get; } = IsDiskFull(cause);

    /// <summary>Whether its database was busy, so that trying again may help.</summary>
    public bool MayPass { get; init; }

    /// <summary>Says in words what an I/O error means.</summary>
    public static DataDirectoryUnusableException For(string path, Exception cause)
    {
        var (problem, advice) = cause switch
        {
            UnauthorizedAccessException =>
                ("permission denied", "Give this user write permission, or choose another directory with --data"),
            _ when IsDiskFull(cause) => ("no space left on the disk", "Free some space, or choose a directory on another disk with --data"),
            { HResult: ReadOnlyFileSystem or WriteProtectedWindows } =>
                ("the file system is read-only", "Mount it writable, or choose another directory with --data"),
            IOException when FileInTheWay(path) is { } file =>
                ($"{file} is a file, not a directory", "Move that file away, or choose another directory with --data"),
            TimeoutException => ($"{cause.Message.TrimEnd('.')}; {FreeKiB(path)} KiB are free on its disk",
                "Free some space or mend the disk, or choose another directory with --data; the log files may say more"),
            _ => (cause.Message.TrimEnd('.'), "Check the disk, or choose another directory with --data"),
        };
        return new DataDirectoryUnusableException(path, problem, advice, cause);
    }

    static bool IsDiskFull(Exception cause) => cause.HResult is NoSpace or NoSpaceWindows;

    static long FreeKiB(string path) => new DriveInfo(System.IO.Path.GetDirectoryName(path)!).AvailableFreeSpace / 1024;

    static string? FileInTheWay(string? path)
    {
        while (path is not null && !File.Exists(path)) path = System.IO.Path.GetDirectoryName(path);
        return path;
    }
}
