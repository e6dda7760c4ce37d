using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Actors.Tests.Runs.Stages;

/// <summary>What a run's first stage stored gives its world back. Runs on own data: <c>ActorRlhf.Host.Tests</c>.</summary>
public sealed class StoredWorldTests
{
    [Fact]
    public async Task Of_FinishedRun_IsTheWorldThatItBeganWith()
    {
        await using var host = await RunsHost.StartAsync();
        var run = await host.TrainAsync("run", Some.Recipe());
        var (began, stored) = (WorldFactory.Create(run.Recipe), StoredWorld.Of(run));

        Assert.Equal(began.Shape, stored.Shape);
        Assert.Equal(ModelWeightsFile.Sha256(began.InitialPolicy()), ModelWeightsFile.Sha256(stored.InitialPolicy()));
        Assert.Equal(began.Facts, stored.Facts);
        Assert.Equal(began.HeldoutPrompts(8).Select(prompt => prompt.TokenIds), stored.HeldoutPrompts(8).Select(prompt => prompt.TokenIds));
    }

    [Fact]
    public async Task Of_FirstWeightsAreDamaged_HurtsOnlyWhoNeedsThem()
    {
        await using var host = await RunsHost.StartAsync();
        var run = await host.TrainAsync("run", Some.Recipe());
        var first = First(run);
        await File.WriteAllTextAsync(run.Artefacts.PathOf(first), "damaged");
        var world = StoredWorld.Of(run);
        using var recomputation = new Recomputation(run, world, acceptBuild: false);

        await recomputation.AfterAsync(1, null, CancellationToken.None);

        Assert.Equal(first, Assert.Throws<ArtefactDamagedException>(world.InitialPolicy).Hash);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("words.txt")]
    public async Task Of_FileIsMissing_NamesItAndLeavesNoTemporaryFolder(string name)
    {
        await using var host = await RunsHost.StartAsync();
        var run = await host.TrainAsync("run", Some.Recipe());
        var hash = run.State.Stage(StageNames.World)!.Artefacts.Single(file => file.Name == name).Hash;
        run.Artefacts.Remove(hash);
        var before = TemporaryFolders();

        var error = Assert.Throws<ArtefactMissingException>(() => StoredWorld.Of(run));

        Assert.Equal(hash, error.Hash);
        Assert.Empty(TemporaryFolders().Except(before));
    }

    static ContentHash First(RunRecord run) => run.State.Stage(StageNames.World)!.Artefacts[^1].Hash;

    static string[] TemporaryFolders() => Directory.GetDirectories(Path.GetTempPath(), "actorrlhf-stored-*");
}
