using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Actors.Log.Storage;
using Microsoft.Extensions.Time.Testing;

namespace ActorRlhf.Actors.Tests.Storage;

public sealed class DataDirectoryTests
{
    static readonly FakeTimeProvider s_time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    readonly string _path = Path.Combine(Temporary.NewDirectory(), "data");

    [Fact]
    public void OpenForWriting_NewDirectory_MakesTheLayout()
    {
        using var data = DataDirectory.OpenForWriting(_path, s_time);
        Assert.True(data.CanWrite);
        Assert.Equal(["artefacts", "logs"], Directory.EnumerateDirectories(_path).Select(Path.GetFileName).Order());
        Assert.Equal(Path.Combine(_path, "journal.db"), data.JournalFile);
        Assert.Equal("abc"u8, data.Artefacts.Read(data.Artefacts.Put("abc"u8)));
    }

    [Fact]
    public void OpenForWriting_SecondWriter_NamesTheHolder()
    {
        using var first = DataDirectory.OpenForWriting(_path, s_time);
        var inUse = Assert.Throws<DataDirectoryInUseException>(() => DataDirectory.OpenForWriting(_path, s_time));
        Assert.Equal(new DataDirectoryHolder(Environment.ProcessId, Environment.MachineName, s_time.GetUtcNow()), inUse.Holder);
        Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName} since 2026-11-23 12:00:00Z", inUse.Message);
    }

    [Fact]
    public void OpenForWriting_AfterDispose_IsTheNextWriter()
    {
        DataDirectory.OpenForWriting(_path, s_time).Dispose();
        using var second = DataDirectory.OpenForWriting(_path, s_time);
        Assert.True(second.CanWrite);
    }

    [Fact]
    public void OpenForWriting_LockFileOfADeadProcess_IsNoObstacle()
    {
        Directory.CreateDirectory(_path);
        File.WriteAllText(Path.Combine(_path, "lock"), new string('x', 1000));
        DataDirectory.OpenForWriting(_path, s_time).Dispose();
        Assert.StartsWith("{", File.ReadAllText(Path.Combine(_path, "lock")));
    }

    [FlockFact]
    public void OpenForWriting_LockHeldByAnotherProcess_IsRefusedUntilItIsKilled()
    {
        Directory.CreateDirectory(_path);
        using var holder = new System.Diagnostics.Process
        {
            StartInfo = new(
                FlockFactAttribute.Tool, ["--no-fork", Path.Combine(_path, "lock"), "sh", "-c", "echo held; exec sleep 600"])
            {
                RedirectStandardOutput = true,
            },
        };
        holder.Start();
        try
        {
            Assert.Equal("held", holder.StandardOutput.ReadLine());
            Assert.Null(Assert.Throws<DataDirectoryInUseException>(() => DataDirectory.OpenForWriting(_path, s_time)).Holder);
        }
        finally { holder.Kill(); }
        holder.WaitForExit();
        DataDirectory.OpenForWriting(_path, s_time).Dispose();
    }

    [Fact]
    public void OpenForWriting_HalfWrittenArtefact_IsClearedAway()
    {
        var stale = Path.Combine(_path, "artefacts", "tmp", "stale");
        using (var first = DataDirectory.OpenForWriting(_path, s_time))
        {
            first.Artefacts.Put("abc"u8);
            File.WriteAllText(stale, "half");
            File.WriteAllText(first.JournalFile, "");
            _ = DataDirectory.OpenForReading(_path);
            Assert.True(File.Exists(stale)); // only a writer may tell stale from under way
        }
        using var second = DataDirectory.OpenForWriting(_path, s_time);
        Assert.False(File.Exists(stale));
        Assert.Single(second.Artefacts.List());
    }

    [Fact]
    public void OpenForReading_WhileAWriterIsAtWork_TakesNoLock()
    {
        using var writer = DataDirectory.OpenForWriting(_path, s_time);
        File.WriteAllText(writer.JournalFile, "");
        using var reader = DataDirectory.OpenForReading(_path);
        Assert.False(reader.CanWrite);
    }

    [Fact]
    public void OpenForReading_NoJournal_NamesTheDirectory()
    {
        var missing = Assert.Throws<DataDirectoryMissingException>(() => DataDirectory.OpenForReading(_path));
        Assert.Equal(_path, missing.Path);
        Assert.False(Directory.Exists(_path));
    }

    [Fact]
    public void OpenForWriting_FileInTheWay_SaysWhatToDo()
    {
        File.WriteAllText(_path, "");
        Assert.Contains("--data", Assert.Throws<DataDirectoryUnusableException>(() => DataDirectory.OpenForWriting(_path, s_time)).Message);
    }

    [Fact]
    public void OpenForWriting_PathThroughAFile_SaysWhatToDo()
    {
        File.WriteAllText(_path, "");
        var unusable = Assert.Throws<DataDirectoryUnusableException>(() =>
            DataDirectory.OpenForWriting(Path.Combine(_path, "below"), s_time));
        Assert.Contains($"{_path} is a file, not a directory", unusable.Message);
    }

    [Fact]
    public void OpenForWriting_ReadOnlyDirectory_SaysWhatToDo()
    {
        Directory.CreateDirectory(_path);
        using var readOnly = new ReadOnlyDirectory(_path);
        Assert.Contains(
            "permission",
            Assert.Throws<DataDirectoryUnusableException>(() => DataDirectory.OpenForWriting(_path, s_time)).Message);
    }

    /// <summary>A test that is skipped where there is no tool with which another process locks a file.</summary>
    sealed class FlockFactAttribute : FactAttribute
    {
        public const string Tool = "/usr/bin/flock";

        public FlockFactAttribute()
        {
            if (!File.Exists(Tool)) Skip = $"{Tool} is not installed";
        }
    }
}
