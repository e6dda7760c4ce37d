using System.CommandLine;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Training;

namespace ActorRlhf.Host.Cli;

/// <summary><c>train [RECIPE]</c>: the whole pipeline in this process; <c>train --resume RUN</c>: the rest of it.</summary>
static class TrainCommand
{
    const string DefaultRecipe = "quickstart";

    public static Command Create()
    {
        var (set, data, json) = (Options.Set(), Options.Data(), Options.Json());
        var recipe = new Argument<string>("RECIPE")
        {
            Description = $"A built-in recipe ({string.Join(", ", RecipeLibrary.Names)}), or the path of a .yaml file.",
            DefaultValueFactory = _ => DefaultRecipe,
        };
        recipe.CompletionSources.Add([.. RecipeLibrary.Names]);
        var seed = Options.Seed();
        var resume = new Option<string?>("--resume")
        {
            Description = "Goes on with a run that was paused or cut off, with the recipe it began with, or begins one that waits: "
                + "its id, the beginning of it, or latest.",
            HelpName = "RUN",
        };
        resume.CompletionSources.Add(RunNames.Of);
        var acceptBuild = Options.AcceptBuild();
        recipe.Validators.Add(result =>
        {
            // Otherwise a mistyped option would be taken for a recipe.
            if (result.Tokens is [{ Value: ['-', ..] option }]) result.AddError($"'{option}' is not an option of train");
        });
        var command = new Command(
            "train",
            "Trains: SFT, preferences, reward models, RL. Progress goes to stderr, the result to stdout.")
        {
            recipe, seed, set, resume, acceptBuild, data, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(resume) is not null
                && (result.GetResult(recipe) is { Implicit: false } || result.GetValue(seed) is not null))
                result.AddError("--resume goes on with the recipe and the seed of the run; leave RECIPE and --seed away");
        });
        command.SetAction(parsed =>
        {
            var overrides = Options.Overrides(parsed.GetRequiredValue(set), parsed.GetValue(seed));
            var accepts = parsed.GetValue(acceptBuild);
            if (parsed.GetValue(resume) is { } run)
            {
                var resumed = new ResumedRun(run, overrides, accepts);
                return TrainingSession.RunAsync(resumed, parsed.GetValue(data), parsed.GetValue(json));
            }
            var begun = RecipeArgument.Read(parsed.GetRequiredValue(recipe), overrides);
            if (accepts && begun.Policy.OfRun is null)
                return Task.FromResult(Talk.Refuse(
                    ExitCode.Usage,
                    "--accept-build belongs to --resume RUN, or to a policy.path run:RUN@STEP: nothing of another build is executed here"));
            return TrainingSession.RunAsync(new NewRun(begun, accepts), parsed.GetValue(data), parsed.GetValue(json));
        });
        return command;
    }
}
