using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Runs.Recomputing;

/// <summary>What a person is told before a run's state after a step is made again, which may take a while.</summary>
public static class StepsAgain
{
    /// <summary>Ends a sentence that names the step; empty where a checkpoint of it is there.</summary>
    public static string Of(RunRecord run, int step)
    {
        var from = Recomputation.NearestCheckpoint(run.OwnerOf(step), step);
        return from == step ? "" : from + 1 == step
            ? $"; step {step} is executed again and compared with its log"
            : $"; steps {from + 1} to {step} are executed again and compared with its log";
    }
}
