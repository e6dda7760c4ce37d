using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>Adds up tokens and the time they took, and the largest errors of what should agree.</summary>
sealed class TrainMeter
{
    long _sampled, _lastRollout, _trained;
    double _sampling, _training;

    public double? FirstMinibatchMaxRatioError { get; private set; }
    public double? SamplerMaxLogProbError { get; private set; }
    public TrainSpeed Result => new(PerSecond(_sampled, _sampling), PerSecond(_trained, _training));

    public void Add(ReadEvent read)
    {
        switch (read.Event)
        {
            case RolloutCollected rollout:
                _lastRollout = rollout.Lengths.Values.Sum(length => (long)length);
                _sampled += _lastRollout;
                _sampling += read.Envelope.DurationSeconds ?? 0;
                break;
            case PolicyUpdated updated:
                // A token counts once per epoch, in whatever minibatch it was.
                _trained += _lastRollout * updated.Minibatches.Select(minibatch => minibatch.Epoch).Distinct().Count();
                _training += read.Envelope.DurationSeconds ?? 0;
                FirstMinibatchMaxRatioError = Larger(FirstMinibatchMaxRatioError, updated.Minibatches[0].MaxRatioError);
                SamplerMaxLogProbError = Larger(SamplerMaxLogProbError, updated.SamplerMaxLogProbError);
                break;
        }
    }

    static double? PerSecond(long tokens, double seconds) => seconds > 0 ? tokens / seconds : null;

    static double Larger(double? a, double b) => a is { } known ? Math.Max(known, b) : b;
}
