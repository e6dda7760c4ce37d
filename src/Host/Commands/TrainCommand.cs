using System.CommandLine;
using ActorRlhf.Actors.Recipes;

namespace ActorRlhf.Host.Commands;

/// <summary><c>train [RECIPE]</c>: the whole pipeline in this process.</summary>
static class TrainCommand
{
    const string DefaultRecipe = "quickstart";

    public static Command Create()
    {
        var recipe = new Argument<string>("RECIPE")
        {
            Description = $"A built-in recipe ({string.Join(", ", RecipeLibrary.Names)}), or the path of a .yaml file.",
            DefaultValueFactory = _ => DefaultRecipe,
        };
        var seed = new Option<string?>("--seed") { Description = "The seed of every random draw; the same as --set seed=N.", HelpName = "N" };
        var set = new Option<string[]>("--set") { Description = "Overrides one key of the recipe, for example rl.steps=50; may be given several times.", HelpName = "key=value", DefaultValueFactory = _ => [] };
        var data = new Option<string?>(CommandLine.DataOption) { Description = "Where runs are kept; made if it is missing. Default: data.", HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "Prints one JSON object on stdout instead of the summary." };
        recipe.Validators.Add(result =>
        {
            // Otherwise a mistyped option would be taken for a recipe.
            if (result.Tokens is [{ Value: ['-', ..] option }]) result.AddError($"'{option}' is not an option of train");
        });
        data.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }]) result.AddError($"{CommandLine.DataOption} needs the name of a directory");
        });
        var command = new Command("train", "Trains: SFT, preferences, reward models, RL. Progress goes to stderr, the result to stdout.") { recipe, seed, set, data, json };
        command.SetAction(parsed => TrainingSession.RunAsync(
            RecipeArgument.Read(parsed.GetRequiredValue(recipe), [.. parsed.GetRequiredValue(set), .. parsed.GetValue(seed) is { } value ? [$"seed={value}"] : Array.Empty<string>()]),
            parsed.GetValue(data), parsed.GetValue(json)));
        return command;
    }
}
