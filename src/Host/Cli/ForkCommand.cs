using System.CommandLine;
using ActorRlhf.Host.Training;

namespace ActorRlhf.Host.Cli;

/// <summary><c>fork RUN --at STEP</c>: another future for a past.</summary>
static class ForkCommand
{
    public static Command Create()
    {
        var (run, set, data, json) = (Options.Run(), Options.Set(), Options.Data(), Options.Json());
        var at = Options.OptionalNumber(
            "--at", "STEP", "The last step that both runs share, from 0 (before RL) to the last one that RUN has done.", 0, int.MaxValue);
        at.Required = true;
        set.Description =
            "Changes a key of the recipe from there on, such as kl.coefficient=0.1; not one that acts before RL. May be repeated.";
        var acceptBuild = Options.AcceptBuild();
        var command = new Command(
            "fork",
            "Trains another future of a run: a new run that shares what RUN did up to a step, of which nothing is copied, "
                + "and goes on from there to its end, under a changed recipe if you like.")
        {
            run, at, set, acceptBuild, data, json,
        };
        command.SetAction(parse => TrainingSession.RunAsync(
            new ForkedRun(
                parse.GetRequiredValue(run), parse.GetRequiredValue(at)!.Value, parse.GetRequiredValue(set), parse.GetValue(acceptBuild)),
            parse.GetValue(data), parse.GetValue(json)));
        return command;
    }
}
