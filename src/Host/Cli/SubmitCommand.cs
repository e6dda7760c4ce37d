using System.CommandLine;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Launching;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Reports;
using ActorRlhf.Host.Training;

namespace ActorRlhf.Host.Cli;

/// <summary><c>submit RECIPE</c>: writes down that a run is wanted, for whoever begins it later.</summary>
static class SubmitCommand
{
    const int MostPriority = 1_000_000;

    public static Command Create()
    {
        var recipe = new Argument<string>("RECIPE") { Description = "A YAML file, or the name of a built-in recipe." };
        var (seed, set, data, json) = (Options.Seed(), Options.Set(), Options.Data(), Options.Json());
        var priority = Options.Number("--priority", "N",
            "Written down with the run: of two that wait, the one with the higher number should begin first.",
            0, -MostPriority, MostPriority);
        var command = new Command("submit", "Puts a run into the queue of the data directory and ends; 'train --resume RUN' begins it.")
        {
            recipe, seed, set, priority, data, json,
        };
        command.SetAction(parse => ExecuteAsync(
            RecipeArgument.Read(parse.GetRequiredValue(recipe), Options.Overrides(parse.GetRequiredValue(set), parse.GetValue(seed))),
            parse.GetValue(priority), parse.GetValue(data), parse.GetValue(json)));
        return command;
    }

    static async Task<int> ExecuteAsync(Recipe recipe, int priority, string? directory, bool json)
    {
        if (WorldCheck.Problems(recipe) is { Count: > 0 } problems)
        {
            foreach (var problem in problems) Talk.Say(problem.ToString());
            return ExitCode.Usage;
        }
        var wanted = new NewRun(recipe, acceptBuild: false);
        await wanted.PrepareAsync(directory, CancellationToken.None).ConfigureAwait(false);
        using var data = DataDirectory.OpenForWriting(directory, TimeProvider.System);
        var queued = new RunQueue(data.Store, TimeProvider.System)
            .Add(wanted.Launch(data.Store), Environment.UserName, priority);
        if (json) JsonOutput.Write(RunLine.Of(queued));
        else Console.Out.Write($"{queued.Id}\n");
        Talk.Say($"run {queued.Id} waits in {data.Path}; to begin it: {NextCommand.Of("train --resume", queued.Id.Value, data)}");
        return ExitCode.Done;
    }
}
