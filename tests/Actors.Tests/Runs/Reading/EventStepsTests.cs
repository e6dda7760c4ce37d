using System.Runtime.CompilerServices;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Tests.Runs.Reading;

public sealed class EventStepsTests
{
    // A checkpoint of SFT names a step of SFT, which is none of the run's.
    public static TheoryData<Type> EventsWithAStep => new(typeof(IEvent).Assembly.GetTypes().Where(type =>
        !type.IsAbstract
        && type.IsAssignableTo(typeof(IEvent))
        && type != typeof(SftCheckpointed)
        && type.GetProperty("Step", typeof(int)) is not null));

    [Theory, MemberData(nameof(EventsWithAStep))]
    public void Of_EventThatNamesAStep_IsThatStep(Type type) =>
        Assert.Equal(0, EventSteps.Of((IEvent)RuntimeHelpers.GetUninitializedObject(type)));
}
