using System.Text.Json;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Diagnosis;

namespace ActorRlhf.Host.Tests.Cli;

public sealed class DoctorCommandTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-doctor-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Doctor_DirectoryNotMadeYet_IsWellAndMakesNothing()
    {
        var result = await App.RunAsync("doctor", "--data", Path.Combine(_folder, "a", "b"), "--json");

        Assert.Equal((0, ""), (result.Code, result.Error));
        var report = result.Single();
        Assert.Equal(
            ["ok", "problems", "notes", "version", "dotNet", "system", "cpu", "torch", "data", "sqlite", "sandbox", "postgres"],
            report.Names());
        Assert.True(report.GetProperty("ok").GetBoolean());
        Assert.Contains("torch_cpu", report.GetProperty("torch").GetProperty("path").GetString(), StringComparison.Ordinal);
        Assert.Equal(Environment.ProcessorCount, report.GetProperty("cpu").GetProperty("cores").GetInt32());
        var sqlite = report.GetProperty("sqlite");
        Assert.Equal(("wal", 2), (sqlite.GetProperty("journalMode").GetString(), sqlite.GetProperty("synchronous").GetInt32()));
        Assert.Equal(JsonValueKind.Null, report.GetProperty("data").GetProperty("writer").ValueKind);
        Assert.False(report.GetProperty("data").GetProperty("exists").GetBoolean());
        Assert.True(report.GetProperty("data").GetProperty("freeBytes").GetInt64() > 0);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public async Task Doctor_DirectoryInUse_NamesTheWriterAndFails()
    {
        using (DataDirectory.OpenForWriting(_folder, TimeProvider.System))
        {
            var result = await App.RunAsync("doctor", "--data", _folder, "--json");
            Assert.Equal(ExitCode.Failed, result.Code);
            Assert.Equal(
                Environment.ProcessId,
                result.Single().GetProperty("data").GetProperty("writer").GetProperty("processId").GetInt32());
            Assert.Contains("in use", result.Single().GetProperty("problems")[0].GetString(), StringComparison.Ordinal);
        }
        var table = await App.RunAsync("doctor", "--data", _folder);
        Assert.Equal(0, table.Code);
        Assert.Contains("nobody", table.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Doctor_Sandbox_IsThereOrANoteSaysWhyNot()
    {
        var report = Doctor.Examine(_folder);
        var told = report.Notes.Any(note => note.EndsWith(report.Sandbox.Description, StringComparison.Ordinal));
        Assert.Equal(report.Sandbox.Available, !told);
        Assert.NotEmpty(report.Sandbox.Description);
    }

    [Fact]
    public void Doctor_NoLibtorch_IsANoteAndNoProblem()
    {
        var report = Doctor.Examine(_folder, () => throw new DllNotFoundException("no such library\nand a page of search"));

        Assert.True(report.Ok);
        Assert.Empty(report.Problems);
        Assert.Null(report.Torch);
        Assert.Equal(
            "libtorch cannot be loaded, which compute.engine torch, compute.sampler torch and GPUs need: no such library", report.Notes[0]);
    }

    [Fact]
    public async Task Doctor_FileInTheWay_SaysWhich()
    {
        var file = Path.Combine(_folder, "data");
        await File.WriteAllTextAsync(file, "");
        var result = await App.RunAsync("doctor", "--data", Path.Combine(file, "runs"));
        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains($"{file} is a file", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_JournalThatIsNoDatabase_Fails()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder, DataDirectory.JournalName),
            "this is not a database, and long enough to be looked at as one");
        var result = await App.RunAsync("doctor", "--data", _folder);
        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains(DataDirectory.JournalName, result.Error, StringComparison.Ordinal);
    }
}
