using System.Text.Json;
using ActorRlhf.Models.Files;

namespace ActorRlhf.Actors.Log.Storage;

/// <summary>The lock file of a data directory.</summary>
/// <remarks>
/// What counts is the operating system's lock on the open file, which ends with the process however it dies; what is written in
/// the file only names the holder, so what a dead one left there is harmless. The file is never deleted: a lock on a deleted
/// file would exclude nobody.
/// </remarks>
sealed class DataDirectoryLock : IDisposable
{
    const int WouldBlockLinux = 11, WouldBlockMac = 35, SharingViolationWindows = unchecked((int)0x80070020);
    readonly FileStream _file;

    DataDirectoryLock(FileStream file) => _file = file;

    /// <exception cref="DataDirectoryInUseException">Another process, or another instance in this one, holds the lock.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    internal static DataDirectoryLock Take(string directory, string path, DataDirectoryHolder holder)
    {
        FileStream file;
        try
        {
            // On Linux and macOS only None asks for an exclusive lock. On Windows Read lets others see the holder, and no writer in.
            file = new FileStream(
                path, FileMode.OpenOrCreate, FileAccess.ReadWrite, OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None);
        }
        catch (IOException refused) when (refused.HResult is WouldBlockLinux or WouldBlockMac or SharingViolationWindows)
        {
            throw new DataDirectoryInUseException(directory, ReadHolder(path));
        }
        file.SetLength(0);
        JsonSerializer.Serialize(file, holder, JsonSerializerOptions.Web);
        file.Flush(flushToDisk: true);
        return new DataDirectoryLock(file);
    }

    /// <summary>
    /// Who holds the lock; null when nobody does. Whoever begins to write in the very moment of the look is refused, as by another writer.
    /// </summary>
    /// <exception cref="DataDirectoryInUseException">Somebody holds it who has not said who.</exception>
    internal static DataDirectoryHolder? Holder(string directory, string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            // A lock for reading, which any number may have beside each other and only a writer's refuses.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return null;
        }
        catch (IOException refused) when (refused.HResult is WouldBlockLinux or WouldBlockMac or SharingViolationWindows)
        {
            return ReadHolder(path) ?? throw new DataDirectoryInUseException(directory, null);
        }
    }

    /// <summary>Lets the next writer in.</summary>
    public void Dispose() => _file.Dispose();

    static DataDirectoryHolder? ReadHolder(string path)
    {
        using var file = OperatingSystem.IsWindows()
            ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite)
            : new FileStream(DurableFolder.OpenUnlocked(path), FileAccess.Read);
        try { return JsonSerializer.Deserialize<DataDirectoryHolder>(file, JsonSerializerOptions.Web); }
        catch (JsonException) { return null; } // the holder is just writing its name
    }
}
