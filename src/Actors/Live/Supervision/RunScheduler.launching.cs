using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Launching;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using Akka.Actor;
using Akka.Event;

namespace ActorRlhf.Actors.Live.Supervision;

// Which run comes next, whether there is memory for it, and what becomes of its launch.
sealed partial class RunScheduler
{
    void Fill()
    {
        _short = null;
        while (_away is null && _rest is null && _closed is null && _active.Count < _rules.AtOnce && _waiting.First is { } place
            && Fits(place.Run))
        {
            _waiting.Remove(place.Run);
            _active.Add(place.Run);
            _held.Remove(place.Run);
            Launch(place);
        }
    }

    void OnFillAgain()
    {
        _away = null;
        foreach (var run in _active.Where(run => !_memory.Knows(run))) Weigh(run);
        Fill();
    }

    void Launch(LineUp.Place place)
    {
        _between.Add(place.Run);
        var reason = _rules.AcceptsOtherBuilds ? "serve.onOtherBuild is accept" : "the host goes on with it";
        _supervisor.Ask<object>(new ContinueRun(place.Run, [], reason, _rules.AcceptsOtherBuilds))
            .PipeTo(Self, Self, reply => new Launched(place, reply), thrown => new Launched(place, thrown));
    }

    /// <summary>
    /// Whether there is memory for the next run. The order stands: a smaller one behind it waits, or a large one would for ever.
    /// </summary>
    bool Fits(RunId run)
    {
        if (_memory.Knows(run)) return (_short = _memory.WhyNot(run, _active)) is null;
        Weigh(run);
        return false;
    }

    void Weigh(RunId run)
    {
        if (_weighing.Add(run))
            _desk.WeighAsync(run).PipeTo(
                Self, Self, bytes => new Weighed(run, bytes), thrown => new NotWeighed(run, Refusal.Of(run, thrown)));
    }

    void OnWeighed(Weighed message)
    {
        _weighing.Remove(message.Run);
        _memory.Weigh(message.Run, message.Bytes);
        Fill();
    }

    void OnNotWeighed(NotWeighed message)
    {
        // Whatever else is wrong with it, who launches it is told.
        if (message.Why.Kind is RejectionKind.Unavailable)
        {
            _weighing.Remove(message.Run);
            StayAway(message.Why.Reason);
        }
        else OnWeighed(new Weighed(message.Run, 0));
    }

    /// <summary>The journal does not answer: all wait for a pause.</summary>
    void StayAway(string reason)
    {
        _away = reason;
        Timers.StartSingleTimer(nameof(FillAgain), new FillAgain(), s_retry);
    }

    void OnLaunched(Launched message)
    {
        var run = message.Place.Run;
        _between.Remove(run);
        switch (message.Reply)
        {
            case RunView { State.Status: RunStatus.Running }:
                break;
            case RunView:                             // somebody paused it, or it was complete but for its last event
                OnRest(run);
                break;
            case Rejected { Kind: RejectionKind.NotFound } missing:
                // What is not there may be the run itself, deleted since it was lined up, or a file or a run that it needs.
                Task.Run(() => new RunReader(_store).Has(run))
                    .PipeTo(Self, success: there => new FilesGone(run, there, missing.Reason),
                        failure: _ => new FilesGone(run, true, missing.Reason));
                OnRest(run);
                break;
            case Rejected { Kind: RejectionKind.Unavailable } rejected:
                _log.Warning("{Run} could not be launched; it and those behind it wait for {Pause}: {Reply}", run, s_retry, message.Reply);
                _waiting.Add(message.Place);
                StayAway(rejected.Reason);
                OnRest(run);
                break;
            case Rejected { Kind: not RejectionKind.StartsAgain } refused:
                Hold(run, refused.Reason);
                OnRest(run);
                break;
            default:                                  // the supervisor works at it, unless nothing of it was stored
                _log.Warning("{Run} is asked once more in {Pause}, if nothing is heard of it: {Reply}", run, s_retry, message.Reply);
                Timers.StartSingleTimer((nameof(LaunchAgain), run), new LaunchAgain(message.Place), s_retry);
                break;
        }
        Stash.UnstashAll();
    }

    void OnLaunchAgain(LaunchAgain message)
    {
        if (_active.Contains(message.Place.Run) && !_between.Contains(message.Place.Run)) Launch(message.Place);
    }

    void OnFilesGone(FilesGone message)
    {
        if (message.IsThere && !_active.Contains(message.Run) && !_between.Contains(message.Run)) Hold(message.Run, message.Reason);
    }

    /// <summary>Also a run that was told to go on before it had come to rest.</summary>
    void OnAtWork(RunId run)
    {
        _waiting.Remove(run);
        if (_active.Add(run) && !_memory.Knows(run)) Weigh(run);
    }
}
