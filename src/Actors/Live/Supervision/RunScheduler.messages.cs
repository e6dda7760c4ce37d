using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Live.Supervision;

// What the scheduler tells itself.
sealed partial class RunScheduler
{
    sealed record Found(IReadOnlyList<RunRecord> Unfinished, IReadOnlyDictionary<RunId, string> Damaged)
    {
        public Found((IReadOnlyList<RunRecord> Runs, IReadOnlyDictionary<RunId, string> Damaged) read) : this(read.Runs, read.Damaged) { }
    }

    sealed record Look;

    sealed record Added(RunId Run, object Answer);

    sealed record Told(RunId Run, object Answer);

    sealed record Deleted(RunId Run, object Answer);

    sealed record Launched(LineUp.Place Place, object Reply);

    sealed record LaunchAgain(LineUp.Place Place);

    sealed record LinedUp(RunRecord Run);

    sealed record NotLinedUp(RunId Run, Rejected Why);

    sealed record LookAgain(RunId Run);

    sealed record FillAgain;

    sealed record Weighed(RunId Run, long Bytes);

    sealed record NotWeighed(RunId Run, Rejected Why);

    sealed record FilesGone(RunId Run, bool IsThere, string Reason);
}
