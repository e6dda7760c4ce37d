using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Deletion;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Replaying;
using ActorRlhf.Actors.Runs.Transfer;
using ActorRlhf.Host.Cli;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Exports;
using ActorRlhf.Host.Failures;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Engines;

namespace ActorRlhf.Host.Tests.Cli;

public sealed class FailureTests
{
    public static TheoryData<Exception, int, bool> Kinds => new()
    {
        { new DataDirectoryInUseException("d", null), ExitCode.Unreachable, false },
        { new DataDirectoryMissingException("d"), ExitCode.NotFound, false },
        { new NotAJournalException("f", "it is empty"), ExitCode.Failed, false },
        { new Microsoft.Data.Sqlite.SqliteException("the disk image is malformed", 11), ExitCode.Failed, true },
        { new RunNotFoundException("r", "d"), ExitCode.NotFound, false },
        { new StepNotLoggedException(RunId.Parse("r"), 7, RunState.Empty), ExitCode.NotFound, false },
        { new StateMismatchException(RunId.Parse("r"), default, ContentHash.Of([1]), "0.1.0"), ExitCode.Failed, false },
        { DataDirectoryUnusableException.For("d", new UnauthorizedAccessException()), ExitCode.Failed, false },
        { new DeviceMissingException("cuda", "libtorch"), ExitCode.Failed, false },
        { new LibraryMissingException("x"), ExitCode.Failed, false },
        { new DatasetException("f", "empty", "get it again"), ExitCode.Failed, false },
        { new ArchiveRefusedException("f", "manifest.json", "it is missing"), ExitCode.Failed, false },
        { new ArchiveNotWrittenException("f", new IOException("full")), ExitCode.Failed, false },
        { new OtherHistoryException("run-x", 1, "d"), ExitCode.Failed, false },
        { new DirectoryNotEmptyException("d"), ExitCode.Failed, false },
        { new ForeignFilesException("d", "f"), ExitCode.Failed, false },
        { new RunKeptException(RunId.Parse("r"), "it is running"), ExitCode.Failed, false },
        { new RunDeletedException(new DeletedRun(new RunDeleted("r", default, default, "why"), default, null)), ExitCode.NotFound, false },
        { new OperationCanceledException(), ExitCode.Interrupted, false },
        { new AggregateException(new RunNotFoundException("r", "d")), ExitCode.NotFound, false },
        { new InvalidOperationException("a mistake of ours"), ExitCode.Failed, true },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Of_Exception_HasItsExitCode(Exception thrown, int exitCode, bool unforeseen)
    {
        var failure = Failure.Of(thrown);

        Assert.Equal((exitCode, unforeseen), (failure.ExitCode, failure.Unforeseen));
        Assert.Single(failure.Lines);
    }

    [Theory]
    [InlineData("show", "latest")]
    [InlineData("train")]
    [InlineData("disk")]
    public async Task RunAsync_EmptyDataDirectory_IsUsage(params string[] command)
    {
        var result = await App.RunAsync([.. command, "--data", ""]);

        Assert.Equal((ExitCode.Usage, ""), (result.Code, result.Out));
        Assert.Contains("--data needs the name of a directory", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_RecipeException_HasALineForEachProblem()
    {
        var thrown = Assert.Throws<RecipeException>(() => RecipeReader.Parse("rl:\n  steps: x\n  epochs: y\n", "r.yaml"));

        var failure = Failure.Of(thrown);

        Assert.Equal(ExitCode.Usage, failure.ExitCode);
        var beginnings = failure.Lines.Select(line => line[..line.IndexOf(" is not", StringComparison.Ordinal)]);
        Assert.Equal(["r.yaml:2: rl.steps: 'x'", "r.yaml:3: rl.epochs: 'y'"], beginnings);
    }

    [Fact]
    public void Write_DirectoryWithLogs_AppendsTheStackTraceThere()
    {
        var folder = Directory.CreateTempSubdirectory("actorrlhf-error-log-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "logs"));

        string? first = null, second = null;
        foreach (var text in (string[])["one", "two"])
        {
            try { throw new InvalidOperationException(text); }
            catch (InvalidOperationException thrown) { (first, second) = (second, ErrorLog.Write(thrown, folder)); }
        }

        Assert.Equal(first, second);
        Assert.Equal(Path.Combine(folder, "logs"), Path.GetDirectoryName(second));
        var lines = File.ReadAllLines(second!);
        Assert.Equal(2, lines.Length);
        Assert.Contains($"{nameof(FailureTests)}.{nameof(Write_DirectoryWithLogs_AppendsTheStackTraceThere)}", lines[1]);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Whoever shares the machine may put a link at that name, which leads to a file of ours.</summary>
    [Fact]
    public void Write_LinkPlantedAmongTheTemporaryFiles_IsNotFollowed()
    {
        var folder = Directory.CreateTempSubdirectory("actorrlhf-error-log-").FullName;
        var planted = Path.Combine(Path.GetTempPath(), $"actorrlhf-errors-{Environment.ProcessId}.jsonl");
        var victim = Path.Combine(folder, "victim");
        File.WriteAllText(victim, "ours");
        File.Delete(planted);
        File.CreateSymbolicLink(planted, victim);
        try { Assert.Null(ErrorLog.Write(new InvalidOperationException("test"), Path.Combine(folder, "no data"))); }
        finally { File.Delete(planted); }

        Assert.Equal("ours", File.ReadAllText(victim));
        Assert.Equal(planted, ErrorLog.Write(new InvalidOperationException("test"), Path.Combine(folder, "no data")));
        File.Delete(planted);
        Directory.Delete(folder, recursive: true);
    }
}
