using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Tests.Runs.Reading;

/// <summary>A step is found where a walk over the whole stream finds it.</summary>
public sealed class StepSearchTests
{
    [Fact]
    public async Task Before_AnyStep_IsWhereAWalkFindsIt()
    {
        using var data = DataDirectory.OpenForReading(await LongRun.DirectoryAsync());
        var stream = LongRun.Id.TrainingStream;
        var events = data.Store.Journal.Read(stream).ToList();
        using var held = data.Store.Journal.Hold();

        foreach (var step in (int[])[1, 2, 3, 4, 5, 700, 1_399, 1_400, 1_401, 1_499, 1_500, 1_501, 9_999])
        {
            var before = StepSearch.Before(data.Store.Journal, stream, step);

            Assert.DoesNotContain(
                events.Where(read => read.Sequence <= before),
                read => EventSteps.IsPartOfStep(read.Event) && EventSteps.Of(read.Event) >= step);
            Assert.DoesNotContain(
                events.Where(read => read.Sequence > before),
                read => EventSteps.IsPartOfStep(read.Event) && EventSteps.Of(read.Event) < step);
        }
    }

    [Fact]
    public async Task TrainingFrom_Fork_BeginsInItsParent()
    {
        await using var host = await RunsHost.StartAsync();
        var parent = await host.TrainAsync("parent", Some.Recipe());
        var fork = await host.TrainAsync("fork", Some.Recipe(), fork: await host.LeaveAsync(parent, 2, Some.Recipe()));

        foreach (var step in (int[])[0, 1, 2, 3, 4, 5])
            Assert.Equal(
                fork.Training()
                    .SkipWhile(read => !EventSteps.IsPartOfStep(read.Event) || EventSteps.Of(read.Event) < step)
                    .Where(Of)
                    .Select(Place),
                fork.TrainingFrom(step).Where(Of).Select(Place));

        static bool Of(Log.Events.ReadEvent read) => EventSteps.IsPartOfStep(read.Event);
        static (string, long) Place(Log.Events.ReadEvent read) => (read.Stream, read.Sequence);
    }
}
