using System.CommandLine;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Launching;
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
        var priority = Options.Number("--priority", "N", "Of two runs that wait, the one with the higher number begins first.",
            0, -MostPriority, MostPriority);
        var command = new Command("submit", "Puts a run into the queue of the data directory and ends; 'train --resume RUN' begins it.")
        {
            recipe, seed, set, priority, data, json,
        };
        command.SetAction((parse, ct) => ExecuteAsync(
            RecipeArgument.Read(parse.GetRequiredValue(recipe), Options.Overrides(parse.GetRequiredValue(set), parse.GetValue(seed))),
            parse.GetValue(priority), parse.GetValue(data), parse.GetValue(json), ct));
        return command;
    }

    static async Task<int> ExecuteAsync(Recipe recipe, int priority, string? directory, bool json, CancellationToken ct)
    {
        var wanted = new NewRun(recipe, acceptBuild: false);
        await wanted.PrepareAsync(directory, ct).ConfigureAwait(false);
        using var data = DataDirectory.OpenForWriting(directory, TimeProvider.System);
        var queued = new RunQueue(data.Store, TimeProvider.System)
            .Add(new QueueRun(wanted.Launch(data.Store), Environment.UserName, priority));
        if (json) JsonOutput.Write(RunLine.Of(queued));
        else Console.Out.Write($"{queued.Id}\n");
        Talk.Say($"run {queued.Id} waits in {data.Path}; to begin it: {NextCommand.Of("train --resume", queued.Id.Value, data)}");
        return ExitCode.Done;
    }
}
