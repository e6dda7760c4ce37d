using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Host.Training;
using Akka.Actor;

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
    public static async Task RunAsync(string folder, string id, string[] overrides, Func<RunNews, RunCommand?>? onNews = null, Func<Recipe, Recipe>? change = null)
    {
        var recipe = RecipeReader.ReadEmbedded("pocket-tiny", overrides);
        recipe = change?.Invoke(recipe) ?? recipe;
        var run = RunId.Parse(id);
        using var data = DataDirectory.OpenForWriting(folder, TimeProvider.System);
        await using var host = await RunHost.StartAsync(data, recipe.Compute, CancellationToken.None);
        var ended = new TaskCompletionSource<RunNews>(TaskCreationOptions.RunContinuationsAsynchronously);
        host.System.ActorOf(Props.Create(() => new Listener(host.Runs, onNews, ended)));
        await host.Runs.Ask<RunView>(new LaunchRun(run, recipe, WorldFactory.Create(recipe)));
        await ended.Task;
    }

    sealed class Listener : ReceiveActor
    {
        public Listener(IActorRef runs, Func<RunNews, RunCommand?>? onNews, TaskCompletionSource<RunNews> ended)
        {
            Context.System.EventStream.Subscribe(Self, typeof(RunNews));
            Receive<RunNews>(news =>
            {
                try
                {
                    if (onNews?.Invoke(news) is { } command) runs.Tell(new ForRun(news.Run, command));
                    if (news is RunEnded or RunLost) ended.TrySetResult(news);
                }
                catch (Exception thrown) { ended.TrySetException(thrown); } // the test that waits gets it
            });
            Receive<RunView>(_ => { });
        }
    }
}
