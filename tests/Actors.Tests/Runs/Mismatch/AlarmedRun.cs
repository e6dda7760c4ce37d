using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Tests.Runs.Mismatch;

/// <summary>A small run whose annotator likes length so much that the policy leaves its length budget at once.</summary>
public sealed class AlarmedRun : IAsyncLifetime
{
    internal const string Name = "run";
    internal const int RaisedAt = 12;

    /// <summary>The recipe, and what else is asked.</summary>
    internal static Recipe Recipe(params string[] overrides) => RecipeReader.ReadEmbedded("pocket-tiny",
    [
        "rl.steps=24", "evaluation.every=6", "evaluation.prompts=240", "rl.learningRate=0.001", "annotator.bias.length=0.2",
        "annotator.noise=0", "checkpoint.every=6", .. overrides,
    ]);

    /// <summary>Its data directory.</summary>
    internal string Directory { get; } = Temporary.NewDirectory();

    internal static RunId Id { get; } = RunId.Parse(Name);

    internal RunRecord Run { get; private set; } = null!;

    /// <summary>The event of its alarm.</summary>
    internal MismatchDetected Detected => Run.Evaluations().Select(read => read.Event).OfType<MismatchDetected>().Single();

    public async Task InitializeAsync()
    {
        await using var host = await RunsHost.StartAsync(Directory);
        var news = host.News(Id);
        await host.LaunchAsync(Name, Recipe());
        await news.NextAsync<RunEnded>();
        Run = host.Read(Name);
    }

    public Task DisposeAsync() => Task.CompletedTask;
}
