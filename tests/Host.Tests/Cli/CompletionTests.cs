using System.Diagnostics;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Cli;

/// <summary>Tab completion, by real shells.</summary>
[Collection(TrainedRunsCollection.Name)]
public sealed class CompletionTests(TrainedRuns runs)
{
    static string Program => $"dotnet '{TrainProcess.Program}'";

    public static TheoryData<string, string[]> Lines => new()
    {
        { "actorrlhf sh", ["show"] },
        { "actorrlhf submit quick", ["quickstart"] },
        { "actorrlhf show --tok", ["--token-file"] },
        { "actorrlhf show --data DATA sto", [TrainedRuns.Stopped] },
        { "actorrlhf train --data DATA --resume don", [TrainedRuns.Done] },
        { "actorrlhf events --type policy.up", ["policy.updated"] },
        { "actorrlhf events --stream ev", ["evaluations"] },
        { "actorrlhf runs del", ["delete"] },
        { "actorrlhf completion f", ["fish"] },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Bash_Tab_CompletesAsTheProgramSays(string line, string[] expected)
    {
        line = line.Replace("DATA", runs.Data, StringComparison.Ordinal);
        // What readline sets before it calls a completion's function; the program goes by the name of a function, as it might by an alias.
        var script = $$"""
            actorrlhf() { {{Program}} "$@"; }
            eval "$(actorrlhf completion bash)"
            COMP_LINE='{{line}}' COMP_POINT={{line.Length}}
            COMP_WORDS=({{line}}) COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
            function=$(complete -p actorrlhf | sed 's/.*-F \([^ ]*\).*/\1/')
            $function
            printf '%s\n' "${COMPREPLY[@]}"
            """;

        Assert.Equal(expected, (await ShellAsync("bash", script)).Order(StringComparer.Ordinal));
    }

    [ShellTheory("zsh")]
    [MemberData(nameof(Lines))]
    public async Task Zsh_Tab_CompletesAsTheProgramSays(string line, string[] expected)
    {
        line = line.Replace("DATA", runs.Data, StringComparison.Ordinal);
        // Outside of its line editor zsh has neither the words nor compadd, so both are given to the function.
        var script = $$"""
            actorrlhf() { {{Program}} "$@" }
            compdef() { function=$1 }
            compadd() { shift; for one in "$@"; do [[ $one == "${words[CURRENT]}"* ]] && print -r -- "$one"; done; true }
            eval "$(actorrlhf completion zsh)"
            words=({{line}}) CURRENT=${#words}
            $function
            """;

        Assert.Equal(expected, (await ShellAsync("zsh", script)).Order(StringComparer.Ordinal));
    }

    [ShellTheory("fish")]
    [MemberData(nameof(Lines))]
    public async Task Fish_Tab_CompletesAsTheProgramSays(string line, string[] expected)
    {
        line = line.Replace("DATA", runs.Data, StringComparison.Ordinal);
        var script = $"""
            function actorrlhf; {Program} $argv; end
            actorrlhf completion fish | source
            complete --do-complete '{line}' | string replace --regex '\t.*' ''
            """;

        var offered = await ShellAsync("fish", script);
        // fish offers files besides.
        Assert.Equal(expected, offered.Intersect(expected).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Completion_OfAnythingElse_IsUsage() =>
        Assert.Equal(ExitCode.Usage, (await App.RunAsync("completion", "tcsh")).Code);

    static async Task<string[]> ShellAsync(string shell, string script)
    {
        var start = new ProcessStartInfo(shell, ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await Task.WhenAll(output, error, process.WaitForExitAsync());
        Assert.Equal("", error.Result);
        return output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>A theory that is skipped, with a reason, where a shell is not installed.</summary>
    sealed class ShellTheoryAttribute : TheoryAttribute
    {
        public ShellTheoryAttribute(string shell)
        {
            if (!File.Exists($"/usr/bin/{shell}") && !File.Exists($"/bin/{shell}")) Skip = $"{shell} is not installed";
        }
    }
}
