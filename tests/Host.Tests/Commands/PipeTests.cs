using System.Diagnostics;

namespace ActorRlhf.Host.Tests.Commands;

[Collection(TrainedRunsCollection.Name)]
public sealed class PipeTests(TrainedRuns runs)
{
    [Theory]
    [InlineData("completions done-1 --json")]
    [InlineData("events done-1")]
    public async Task Command_ReaderGoesAway_EndsQuietly(string command)
    {
        var host = Path.ChangeExtension(typeof(CommandLine).Assembly.Location, ".dll");
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", $"set -o pipefail; dotnet '{host}' {command} --data '{runs.Data}' | head -c 100"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, error) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        await shell.WaitForExitAsync();

        Assert.Equal((0, ""), (shell.ExitCode, await error));
        Assert.NotEmpty(await output);
    }
}
