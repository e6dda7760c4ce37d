using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Cli;

/// <summary>Every command explains itself, wherever it is asked.</summary>
public sealed class HelpTests
{
    [Theory]
    [InlineData("'trian' is not a command of actorrlhf; did you mean 'train'?", "actorrlhf", "trian", "quickstart")]
    [InlineData("'lst' is not a command of actorrlhf evaluators; did you mean 'list'?", "actorrlhf evaluators", "evaluators", "lst")]
    [InlineData("'nothing-like-it' is not a command of actorrlhf", "actorrlhf", "nothing-like-it")]
    [InlineData("'--jsn' is not an option of actorrlhf show; did you mean '--json'?", "actorrlhf show", "show", "latest", "--jsn", "x")]
    public async Task Word_ThatIsNoCommandOrOption_IsNamedWithWhatIsMeant(string problem, string help, params string[] args)
    {
        var result = await App.RunAsync(args);

        Assert.Equal((ExitCode.Usage, $"{problem}\ntry {help} --help\n"), (result.Code, result.Error.ReplaceLineEndings("\n")));
    }

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
