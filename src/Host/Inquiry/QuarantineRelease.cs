using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Actors.Live.Evaluations;
using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Failures;

namespace ActorRlhf.Host.Inquiry;

/// <summary>Lets a run ask an evaluator again that failed three times in a row.</summary>
/// <param name="evaluators">Those that were brought.</param>
/// <param name="runs">The runs of this process.</param>
sealed class QuarantineRelease(InjectedEvaluators evaluators, Lazy<RunSystem> runs)
{
    /// <summary>Ends the quarantine of all versions of an evaluator; each is an event of the run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="evaluator">Its id.</param>
    /// <param name="by">The person or token that asks.</param>
    /// <param name="ct">Gives up waiting.</param>
    /// <exception cref="NotInQuarantineException">The run asks it, or never has.</exception>
    /// <exception cref="NotRecordedException">The log did not take it.</exception>
    public async Task<ReleaseLine> RunAsync(RunRecord run, string evaluator, string by, CancellationToken ct)
    {
        var quarantine = new Quarantine();
        foreach (var read in run.Evaluations().Where(run.Owns)) quarantine.Add(read.Event);
        string[] versions = [.. quarantine.All.Where(one => one.Evaluator == evaluator).Select(one => one.Version)];
        if (versions is [])
            throw new NotInQuarantineException(run.Id, evaluator, [.. quarantine.All.Select(one => one.Evaluator).Distinct()]);
        foreach (var version in versions)
        {
            var reply = await runs.Value.EvaluationsAsync(run.Id, new ReleaseEvaluator(evaluator, version, by), ct).ConfigureAwait(false);
            // One that is in none any more was released in this moment.
            if (reply is not EvaluatorFree) throw new NotRecordedException(run.Id, EvaluationsLost.Why(reply));
        }
        return new ReleaseLine(run.Id.Value, evaluator, versions, versions.Any(version => IsAsked(run, evaluator, version)));
    }

    /// <summary>Whether a version that no quarantine holds is asked: one that was brought, while it is in force for the run.</summary>
    bool IsAsked(RunRecord run, string evaluator, string version) =>
        evaluators.Registry.All().All(one => one.Facts.Evaluator != evaluator)
        || evaluators.Registry.AskedBy(run.Id).Any(one => one.Facts.Evaluator == evaluator && one.Facts.Version == version);
}
