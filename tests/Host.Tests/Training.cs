using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Launching;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Host.Training;

namespace ActorRlhf.Host.Tests;

/// <summary>Trains a real run in this process.</summary>
static class Training
{
    /// <summary>Trains until the run ends.</summary>
    /// <param name="folder">The data directory.</param>
    /// <param name="id">The run.</param>
    /// <param name="overrides">On top of the recipe pocket-tiny.</param>
    /// <param name="onNews">Sees everything the run tells, one after the other; it may tell the run to stop.</param>
    /// <param name="change">Makes a recipe of it that can no longer be asked for; null for none.</param>
    public static async Task RunAsync(
        string folder, string id, string[] overrides, Func<RunNews, RunCommand?>? onNews = null, Func<Recipe, Recipe>? change = null)
    {
        var recipe = RecipeReader.ReadEmbedded("pocket-tiny", overrides);
        recipe = change?.Invoke(recipe) ?? recipe;
        var run = RunId.Parse(id);
        using var data = DataDirectory.OpenForWriting(folder, TimeProvider.System);
        await using var host = await RunHost.StartAsync(data, CancellationToken.None);
        await using var feed = await host.Runs.FollowAsync(run);
        var prepared = new PreparedRun(run, recipe, WorldFactory.Create(recipe));
        Assert.IsType<RunView>(await host.Runs.LaunchAsync(prepared, CancellationToken.None));
        await foreach (var one in feed.News.ReadAllAsync())
        {
            if (one is RunNews told && onNews?.Invoke(told) is { } command)
                await host.Runs.CommandAsync(run, command, CancellationToken.None);
            if (one is RunEnded or RunLost) break;
        }
    }
}
