using System.CommandLine;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Launching;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Host.Client;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Failures;
using ActorRlhf.Host.Reports;
using ActorRlhf.Host.Training;
using ActorRlhf.Host.Watching;

namespace ActorRlhf.Host.Cli;

/// <summary><c>submit RECIPE</c>: asks a host for a run, or writes down that one is wanted, for whoever begins it later.</summary>
static class SubmitCommand
{
    const int MostPriority = 1_000_000;

    public static Command Create()
    {
        var recipe = new Argument<string>("RECIPE") { Description = "A YAML file, or the name of a built-in recipe." };
        recipe.CompletionSources.Add([.. RecipeLibrary.Names]);
        var (seed, set, json, source) = (Options.Seed(), Options.Set(), Options.Json(), new SourceOptions());
        var priority = Options.Number("--priority", "N",
            "Written down with the run: of two that wait, the one with the higher number should begin first.",
            0, -MostPriority, MostPriority);
        var watch = new Option<bool>("--watch") { Description = "Shows the run live, to its end; needs a host." };
        var command = new Command("submit",
            "Puts a run into the queue of a host, or of the data directory, where 'train --resume RUN' or the next host begins it.")
        {
            recipe, seed, set, priority, watch, json,
        };
        source.AddTo(command);
        command.SetAction(async (parse, ct) =>
        {
            var (name, wanted) = (parse.GetRequiredValue(recipe), parse.GetValue(priority));
            var overrides = Options.Overrides(parse.GetRequiredValue(set), parse.GetValue(seed));
            using var host = await source.HostAsync(parse, ct).ConfigureAwait(false);
            if (host is null && parse.GetValue(watch))
                throw new NoHostException("--watch: nobody would train the run, for no host holds the data directory and --server names "
                    + "none: start one with 'serve', or train at once with 'train RECIPE'");
            if (host is null)
                return await WriteDownAsync(RecipeArgument.Read(name, overrides), wanted, parse.GetValue(source.Data), parse.GetValue(json))
                    .ConfigureAwait(false);
            var request = SentRecipe.Of(name, RecipeArgument.Text(name), overrides, wanted);
            var line = await host.PostAsync<RunLine>("v1/runs", request, ct).ConfigureAwait(false);
            QueuedRun.Print(line, parse.GetValue(json), $"at {host.Server}", $"to look on: {source.Next(parse, host, "watch", line.Run)}");
            return parse.GetValue(watch)
                ? await WatchSession.RunAsync(new HostRuns(host), line.Run, parse.GetValue(json)).ConfigureAwait(false)
                : ExitCode.Done;
        });
        return command;
    }

    static async Task<int> WriteDownAsync(Recipe recipe, int priority, string? directory, bool json)
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
        QueuedRun.Print(RunLine.Of(queued), json, $"in {data.Path}",
            $"to begin it: {NextCommand.Of("train --resume", queued.Id.Value, data)}");
        return ExitCode.Done;
    }
}
