using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Host.Mismatch;

/// <summary>The ledger of mismatch of runs in a data directory.</summary>
static class RunLedger
{
    /// <summary>What the log of a run says by now.</summary>
    /// <param name="store">Where it is.</param>
    /// <param name="run">The run.</param>
    public static MismatchLedger Of(Store store, RunRecord run) => WithEvidence(store, run).Ledger;

    /// <summary>The same, together with what it rests on.</summary>
    public static (RunEvidence Evidence, MismatchLedger Ledger) WithEvidence(Store store, RunRecord run)
    {
        var metrics = new KnownMetrics(new EvaluatorRegistry(store, TimeProvider.System));
        var evidence = RunEvidence.Read(run, metrics.Of);
        return (evidence, MismatchLedger.Of(evidence, AlarmFold.Of(run, metrics.Of, preferences: evidence.Preferences)));
    }
}
