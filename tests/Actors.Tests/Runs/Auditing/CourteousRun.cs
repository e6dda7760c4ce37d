using ActorRlhf.Actors.Live.Runs;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;

namespace ActorRlhf.Actors.Tests.Runs.Auditing;

/// <summary>A real run whose policy knows courtesy phrases, with a steered KL coefficient and a step left out, trained once.</summary>
public sealed class CourteousRun : IAsyncLifetime
{
    internal static readonly RunId Id = RunId.Parse("courteous");

    // A policy that is trained less says courtesy phrases by chance only: in one of 128 completions, which was preferred anyway.
    internal static readonly Recipe Recipe = Some.Recipe(
        "pretrain.steps=120", "pretrain.learningRate=0.01", "preferences.pairs=96", "rl.learningRate=0.003",
        "kl.controller=adaptive", "kl.horizon=20", "evaluation.prompts=9");

    internal string Folder { get; private set; } = "";

    public async Task InitializeAsync()
    {
        await using var host = await RunsHost.StartAsync(children: pool => new FalsifiedChildren(
            new RunChildrenFactory(pool), reply: Falsified.Answer("value-nan", step: 3)));
        Folder = host.Directory;
        await host.TrainAsync(Id.Value, Recipe);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    internal Forgery Copy() => new(Folder, Id);
}
