using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using Spectre.Console;

namespace ActorRlhf.Host.Display;

/// <summary>Chooses how a run is shown: live on a terminal that can, in plain lines elsewhere.</summary>
static class StderrDisplay
{
    /// <summary>Whether stderr is a terminal that can move its cursor.</summary>
    public static bool IsTerminal => !Console.IsErrorRedirected && Stderr().Profile.Capabilities is { Ansi: true, Interactive: true };

    /// <summary>A display.</summary>
    /// <param name="recipe">The run's recipe.</param>
    /// <param name="state">Where the run stands.</param>
    /// <param name="behind">News from before that, whose figures are shown at once where there is room.</param>
    public static ITrainingDisplay For(Recipe recipe, RunState state, IReadOnlyList<object> behind) =>
        IsTerminal ? new LiveTraining(Stderr(), recipe, state, behind) : new PlainTraining(recipe.Rl.Steps);

    static IAnsiConsole Stderr() => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
}
