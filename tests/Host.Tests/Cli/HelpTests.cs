using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Cli;

/// <summary>Every command explains itself, wherever it is asked.</summary>
public sealed class HelpTests
{
    [Fact]
    public async Task Help_OfEveryCommand_IsPrintedAndIsNoError()
    {
        var root = await App.RunAsync("--help");
        Assert.Equal((ExitCode.Done, ""), (root.Code, root.Error));
        string[] commands =
        [
            .. root.Out.ReplaceLineEndings("\n").Split("Commands:\n")[1].Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(line => line.StartsWith("  ", StringComparison.Ordinal) && char.IsLetter(line[2]))
                .Select(line => line.Trim().Split(' ')[0]),
        ];
        Assert.Contains("counterfactual", commands);
        foreach (var command in commands)
        {
            var help = await App.RunAsync(command, "--help");
            Assert.Equal((command, ExitCode.Done, ""), (command, help.Code, help.Error));
            Assert.Contains($" {command} ", help.Out.ReplaceLineEndings(" "), StringComparison.Ordinal);
        }
    }
}
