using System.CommandLine;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Cli;

/// <summary><c>validate</c>: whether a recipe can be trained, and every reason why not.</summary>
static class ValidateCommand
{
    public static Command Create()
    {
        var recipe = new Argument<string>("RECIPE") { Description = "A YAML file, or the name of a built-in recipe." };
        var (set, json) = (Options.Set(), Options.Json());
        var command = new Command("validate", "Checks a recipe, and the model and the data that it names, and says what "
            + "is wrong with them.") { recipe, set, json };
        command.SetAction(parse => Execute(parse.GetRequiredValue(recipe), parse.GetValue(set)!, parse.GetValue(json)));
        return command;
    }

    static int Execute(string name, string[] overrides, bool json)
    {
        IReadOnlyList<RecipeProblem> problems = [];
        try
        {
            var read = RecipeArgument.Read(name, overrides);
            problems = [.. WorldCheck.Problems(read).Select(problem => problem with { File = name })];
            if (read.Policy.OfRun is not null) Talk.Say($"policy.path is {read.Policy.Path}, which is not looked at");
        }
        catch (RecipeException invalid) { problems = invalid.Problems; }

        if (json) JsonOutput.Write(ValidationLine.Of(problems));
        else foreach (var problem in problems) Talk.Say(problem.ToString());
        if (problems.Count > 0) return RecipeArgument.Exists(name) ? ExitCode.Usage : ExitCode.NotFound;
        if (!json) Talk.Say($"{name} is a valid recipe");
        return ExitCode.Done;
    }
}
