using System.CommandLine;

namespace ActorRlhf.Host.Commands;

/// <summary><c>fork RUN --at STEP</c>: another future for a past.</summary>
static class ForkCommand
{
    public static Command Create()
    {
        var (run, set, data, json) = (Options.Run(), Options.Set(), Options.Data(), Options.Json());
        var at = Options.OptionalNumber("--at", "STEP", "The last step that both runs share; 0 is before RL.", 0, int.MaxValue);
        at.Required = true;
        var acceptBuild = Options.AcceptBuild();
        var command = new Command("fork", "Begins a run that shares another one's past up to a step, by reference, and trains it to its end under a changed recipe.") { run, at, set, acceptBuild, data, json };
        command.SetAction(parse => TrainingSession.RunAsync(
            new ForkedRun(parse.GetRequiredValue(run), parse.GetRequiredValue(at)!.Value, parse.GetRequiredValue(set), parse.GetValue(acceptBuild)), parse.GetValue(data), parse.GetValue(json)));
        return command;
    }
}
