using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Witnessing;
using Akka.Event;

namespace ActorRlhf.Actors.Live.Runs;

/// <summary>Tells the witness that a run's recipe names how far its log is.</summary>
/// <remarks>A witness that cannot be told is no event: it is no fact of the run, and equal runs have equal logs.</remarks>
/// <param name="witnesses">Those of the host.</param>
/// <param name="time">Clock of the lines.</param>
/// <param name="log">Gets what went wrong.</param>
/// <param name="news">Gets a <see cref="RunNotTold"/> likewise.</param>
sealed class RunWitness(RunContext run, Witnesses witnesses, TimeProvider time, ILoggingAdapter log, EventStream news)
{
    /// <summary>Called when events are stored; returns at once.</summary>
    /// <param name="head">The last of them.</param>
    public void Tell(StreamHead head, IReadOnlyList<IEvent> events)
    {
        if (!events.Any(IsWitnessed)) return;
        var (told, line) = (run.Recipe.Witness, new WitnessLine(run.Id.Value, head.Sequence, head.Hash, time.GetUtcNow()));
        if (told.File is { } file) _ = TellAsync(file, line);
        if (told.Url is { } url)
            witnesses.Send(new MailAddress(url, told.TokenFile), line.ToBytes(), (fate, why) => OnLate(url, line, fate, why));
    }

    static bool IsWitnessed(IEvent fact) =>
        fact is CheckpointSaved or SftCheckpointed or RunPaused or RunCompleted or RunFailed or RunStopped or RunDiverged;

    async Task TellAsync(string file, WitnessLine line)
    {
        if (await witnesses.Add(file, line).ConfigureAwait(false) is not { } failure) return;
        log.Warning(failure, "{Run}: the witness {File} was not told of event {Sequence}", line.Run, file, line.Sequence);
        news.Publish(new RunNotTold(run.Id, $"the witness {file}", failure.Message, IsTriedAgain: true));
    }

    void OnLate(Uri url, WitnessLine line, LetterFate fate, string why)
    {
        log.Warning("{Run}: the witness {Url} {Fate} event {Sequence}: {Reason}", line.Run, url, fate switch
        {
            LetterFate.Waits => "is told again of",
            LetterFate.ToldLate => "was told late of",
            LetterFate.Lost => "is never told of",
            _ => throw new ArgumentOutOfRangeException(nameof(fate), fate, "what becomes of a line"),
        }, line.Sequence, why);
        if (fate is not LetterFate.ToldLate)
            news.Publish(new RunNotTold(run.Id, $"the witness {url.AbsoluteUri}", why, fate is LetterFate.Waits));
    }
}
