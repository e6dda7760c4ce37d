using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>
/// Adds up how long each part of a run took, from the times of its training
/// events; what a fork shares with its parent took the fork no time.
/// </summary>
/// <remarks>
/// The time before an event goes to the part that it belongs to: what followed on the last stage that
/// was complete. Time after a pause, or before the first event of a new writer, is nobody's work.
/// </remarks>
/// <param name="stream">The run's own training stream.</param>
sealed class TrainClock(string stream)
{
    ReadEvent? _last;
    bool _waiting;
    Part _part = Part.Pretrain;
    readonly double[] _seconds = new double[Enum.GetValues<Part>().Length];

    enum Part { Pretrain, Preferences, RewardModels, Rl }

    public TrainSeconds Result => new(_seconds.Sum(), Of(Part.Pretrain), Of(Part.Preferences), Of(Part.RewardModels), Of(Part.Rl));

    public void Add(ReadEvent read)
    {
        if (_last is { } last && !_waiting && last.Stream == stream && read.Envelope.WriterEpoch == last.Envelope.WriterEpoch)
            _seconds[(int)_part] += (read.Envelope.Time - last.Envelope.Time).TotalSeconds;
        _last = read;
        _waiting = read.Event is RunPaused;
        if (read.Event is StageCompleted stage) _part = stage.Stage switch
        {
            StageNames.Sft => Part.Preferences,
            StageNames.Preferences => Part.RewardModels,
            StageNames.RewardModels => Part.Rl,
            _ => _part,
        };
    }

    double Of(Part part) => _seconds[(int)part];
}
