using System.Collections.Concurrent;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Tests.Runs;

/// <summary>What a run without any fault comes to; each recipe is trained once for all tests.</summary>
sealed record SoundRun(ContentHash Trajectory, ContentHash? Weights, IReadOnlyList<string> Manifests, IReadOnlyList<PolicyUpdated> Updates)
{
    static readonly ConcurrentDictionary<string, Lazy<Task<SoundRun>>> s_known = new();

    internal static Task<SoundRun> Of(Recipe recipe) => s_known.GetOrAdd(recipe.Hash(), _ => new(async () =>
    {
        await using var host = await RunsHost.StartAsync();
        var run = await host.TrainAsync("sound", recipe);
        return new SoundRun(run.Trajectory, run.State.Weights, [.. run.Training().Select(read => read.Manifest)],
            [.. run.Training().Select(read => read.Event).OfType<PolicyUpdated>()]);
    })).Value;
}
