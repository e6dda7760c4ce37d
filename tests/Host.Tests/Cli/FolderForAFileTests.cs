using System.Diagnostics;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Cli;

/// <summary>What stands where a file is wanted and is none is named for what it is, and nobody waits for it.</summary>
public sealed class FolderForAFileTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-folder-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("bench", "--model", "m", "--task", "gsm8k", "--file")]
    [InlineData("bench", "--model", "m", "--task", "reward-model", "--file")]
    [InlineData("evaluate", "--evaluator", "length", "--file")]
    [InlineData("mismatch", "--gap")]
    [InlineData("report", "--verify")]
    [InlineData("runs", "--server", "http://127.0.0.1:1", "--token-file")]
    [InlineData("validate")]
    [InlineData("train")]
    public async Task Folder_IsSaidToBeOne(params string[] command)
    {
        var result = await App.RunAsync([.. command, _folder]);

        Assert.NotEqual(ExitCode.Done, result.Code);
        Assert.Contains(_folder, result.Error, StringComparison.Ordinal);
        Assert.Contains("a folder", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("denied", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bench", "--model", "m", "--task", "gsm8k", "--file")]
    [InlineData("evaluate", "--evaluator", "length", "--file")]
    [InlineData("report", "--verify")]
    public async Task Pipe_IsNotWaitedFor(params string[] command)
    {
        var pipe = Path.Combine(_folder, "pipe");
        using (var made = Process.Start("mkfifo", pipe)) await made.WaitForExitAsync();
        Assert.True(File.Exists(pipe));

        var result = await App.RunAsync([.. command, pipe]);

        Assert.NotEqual(ExitCode.Done, result.Code);
        Assert.Contains("a named pipe", result.Error, StringComparison.Ordinal);
    }
}
