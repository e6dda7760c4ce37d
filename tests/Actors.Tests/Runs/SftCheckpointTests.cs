using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Models.Data;

namespace ActorRlhf.Actors.Tests.Runs;

/// <summary>SFT that was cut off goes on from its newest checkpoint, and comes to the same.</summary>
public sealed class SftCheckpointTests
{
    static readonly Recipe s_recipe = Some.Recipe("checkpoint.sftEvery=13");

    [Theory]
    [InlineData(35, 26)]
    [InlineData(26, 26)]
    [InlineData(5, 0)]
    public async Task Train_SftIsCutOff_GoesOnFromItsNewestCheckpoint(int cut, int from)
    {
        var (directory, _) = await CutOffAsync(cut);

        var again = await EndAsync(directory);

        Assert.Equal(Enumerable.Range(from, s_recipe.Pretrain.Steps - from), again);
    }

    [Fact]
    public async Task Train_FileOfTheSftCheckpointIsLost_BeginsAtTheFirstWeights()
    {
        var (directory, saved) = await CutOffAsync(at: 35);
        new ArtefactStore(Path.Combine(directory, "artefacts")).Remove(saved!.Files[1].Hash);

        var again = await EndAsync(directory);

        Assert.Equal(Enumerable.Range(0, s_recipe.Pretrain.Steps), again);
    }

    [Fact]
    public async Task Train_SftIsComplete_ItsCheckpointsAreGone()
    {
        await using var host = await RunsHost.StartAsync();

        var run = await host.TrainAsync("run", s_recipe);

        var saved = run.Training().Select(read => read.Event).OfType<SftCheckpointed>().ToArray();
        Assert.Equal([13, 26, 39, 52], saved.Select(one => one.Step));
        Assert.All(
            saved.SelectMany(one => one.Files),
            file => Assert.Throws<ArtefactMissingException>(() => run.Artefacts.Read(file.Hash)));
    }

    /// <summary>A host in which SFT comes to a step and no further; what it saved last.</summary>
    static async Task<(string Directory, SftCheckpointed? Saved)> CutOffAsync(int at)
    {
        await using var host = await RunsHost.StartAsync();
        var news = host.News(RunId.Parse("run"));
        // A run that cannot write waits for a person, at once.
        await host.LaunchAsync("run", s_recipe, new Demonstrator(step =>
        {
            if (step == at) throw DataDirectoryUnusableException.For(host.Directory, new IOException("cut off"));
        }));
        Assert.Equal(RunStatus.Paused, (await news.NextAsync<RunEnded>()).View.State.Status);
        return (host.Directory, host.Read("run").State.Sft);
    }

    /// <summary>The SFT steps that the next host does until the run ends as if it had never been cut off.</summary>
    static async Task<List<int>> EndAsync(string directory)
    {
        await using var host = await RunsHost.StartAsync(directory);
        var (news, steps) = (host.News(RunId.Parse("run")), new List<int>());
        await host.LaunchAsync("run", s_recipe, new Demonstrator(steps.Add));
        await host.AskAsync("run", new ResumeRun("test"));
        await news.NextAsync<RunEnded>();
        var (run, sound) = (host.Read("run"), await SoundRun.Of(Some.Recipe()));
        Assert.Equal((RunStatus.Completed, sound.Trajectory, sound.Weights), (run.State.Status, run.Trajectory, run.State.Weights));
        return steps;
    }

    sealed class Demonstrator(Action<int> asked) : ChangedWorld(WorldFactory.Create(s_recipe))
    {
        public override IReadOnlyList<TokenSequence> Demonstrations(int step)
        {
            asked(step);
            return base.Demonstrations(step);
        }
    }
}
