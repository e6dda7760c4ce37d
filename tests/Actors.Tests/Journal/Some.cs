using ActorRlhf.Actors.Log.Events;

namespace ActorRlhf.Actors.Tests.Journal;

static class Some
{
    internal static EventCatalogue Catalogue { get; } = new([
        typeof(SampleStarted), typeof(SampleStepped), typeof(SampleNoted),
        typeof(SampleMeasuredMilliseconds), typeof(SampleMeasured), typeof(MeasureInSeconds), typeof(SampleRefusing)]);

    /// <summary>Events of one step: two in the trajectory, one not.</summary>
    internal static IEvent[] Step(int step) => [new SampleStepped(step, [1, 2, 3]), new SampleStepped(step, [4]), new SampleNoted(step)];
}
