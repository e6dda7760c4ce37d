using System.CommandLine;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Cli;

/// <summary><c>recipes</c>: what can be trained without writing a recipe.</summary>
static class RecipesCommand
{
    public static Command Create()
    {
        // Recursive: before or after "show", it is the same option.
        var json = Options.Json();
        json.Recursive = true;
        var command = new Command("recipes", "Lists the built-in recipes.") { json, Show(json) };
        command.SetAction(parse => Execute(parse.GetValue(json)));
        return command;
    }

    static Command Show(Option<bool> json)
    {
        var name = new Argument<string>("NAME") { Description = "A built-in recipe." };
        var command = new Command("show", "Prints a built-in recipe, to read or to start an own one from.") { name };
        command.SetAction(parse => Execute(parse.GetRequiredValue(name), parse.GetValue(json)));
        return command;
    }

    static int Execute(bool json)
    {
        var recipes = RecipeLibrary.List();
        if (json) foreach (var recipe in recipes) JsonOutput.Write(recipe);
        else Tables.Write(["recipe", "what it does"], recipes.Select(recipe => new[] { recipe.Name, recipe.Description }));
        return ExitCode.Done;
    }

    static int Execute(string name, bool json)
    {
        string text;
        try { text = RecipeLibrary.Text(name); }
        catch (RecipeException unknown) { return Talk.Refuse(ExitCode.NotFound, unknown.Message); }
        if (json) JsonOutput.Write(new { Name = name, Text = text });
        else Console.Out.Write(text);
        return ExitCode.Done;
    }
}
