using System.Diagnostics;
using ActorRlhf.Host.Cli;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Cli;

[Collection(TrainedRunsCollection.Name)]
public sealed class PipeTests(TrainedRuns runs)
{
    [Theory]
    [InlineData("completions done-1 --json")]
    [InlineData("events done-1")]
    public async Task Command_ReaderGoesAway_EndsQuietly(string command)
    {
        var (code, output, error) = await ShellAsync($"set -o pipefail; {Host} {command} --data '{runs.Data}' | head -c 100");

        Assert.Equal((0, ""), (code, error));
        Assert.NotEmpty(output);
    }

    [Fact]
    public async Task EvaluateFile_ReaderGoesAway_EndsQuietly()
    {
        var file = Path.Combine(runs.Data, "completions.jsonl");
        await File.WriteAllLinesAsync(file, Enumerable.Repeat("{\"completion\":\"x\",\"tokenCount\":1}", 10_000));

        var (code, output, error) = await ShellAsync(
            $"set -o pipefail; {Host} evaluate --file '{file}' --evaluator length --json | head -c 100");

        Assert.Equal((0, ""), (code, error));
        Assert.NotEmpty(output);
    }

    [Theory]
    [InlineData("events done-1", "/dev/full", "No space left on device")]
    [InlineData("events done-1 --json", "/dev/full", "No space left on device")]
    [InlineData("show done-1", "&-", "it is closed")]
    public async Task Command_OutputCannotBeWritten_FailsInOneLine(string command, string target, string why)
    {
        var (code, _, error) = await ShellAsync($"{Host} {command} --data '{runs.Data}' >{target}");

        Assert.Equal(ExitCode.Failed, code);
        var line = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith($"stdout cannot be written: {why}", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_NobodyHearsItsTalk_PrintsItsDataAllTheSame()
    {
        var (code, output, _) = await ShellAsync(
            $"{Host} metrics done-1 --step 99.. --data '{runs.Data}' 2>/dev/full && {Host} runs --data '{runs.Data}' --json 2>/dev/full");

        Assert.Equal((ExitCode.Done, 2), (code, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length));
    }

    static string Host => $"dotnet '{Path.ChangeExtension(typeof(CommandLine).Assembly.Location, ".dll")}'";

    static async Task<(int Code, string Out, string Error)> ShellAsync(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, error) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        await shell.WaitForExitAsync();
        return (shell.ExitCode, await output, await error);
    }
}
