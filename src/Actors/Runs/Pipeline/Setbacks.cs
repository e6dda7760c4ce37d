using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>
/// What went wrong in a run's present life: failures not yet made up for by progress, and steps that must be executed again.
/// </summary>
sealed class Setbacks
{
    readonly Dictionary<string, int> _failures = [];          // by piece of work
    (string Reason, int Step)? _lost;
    bool _silent;                                             // this writer has not said yet that it goes on for another

    /// <summary>The policy is no longer what the log says.</summary>
    /// <param name="why">For a person; the first reason counts.</param>
    /// <param name="step">The last step of the log.</param>
    public void Lose(string why, int step) => _lost ??= (why, step);

    /// <summary>Another writer than the last one goes on.</summary>
    /// <param name="step">The last step of the log.</param>
    public void Restart(int step)
    {
        Lose("the host was started again", step);
        _silent = true;
    }

    /// <summary>A piece of work failed; how often it did since the log last grew.</summary>
    public int Fail(string work) => _failures[work] = _failures.GetValueOrDefault(work) + 1;

    /// <summary>A piece that stores nothing succeeded. Failures of others still count, or two that fail in turn would never end.</summary>
    public void Succeed(string work) => _failures.Remove(work);

    /// <summary>The log grew.</summary>
    public void Progress() => _failures.Clear();

    /// <summary>What to log once the policy is again what the log says; null if nothing was lost, or not yet won back.</summary>
    /// <param name="state">What the log says.</param>
    /// <param name="cursor">Where the policy is; null if it must be restored.</param>
    /// <param name="checkpoint">The step that it was restored from.</param>
    public RunRecovered? WinBack(RunState state, PolicyCursor? cursor, int checkpoint)
    {
        if (_lost is not { } lost) return null;
        if (StageNames.NextOf(state.Stages) is not null)
        {
            // Before RL nothing is executed again; but that the writer changed is in the log before anything that it writes.
            if (!_silent) return null;
            (_lost, _silent) = (null, false);
            return new RunRecovered("exact", 0, 0, state.Weights ?? default, lost.Reason);
        }
        if (cursor is null || cursor.Step < state.Step) return null;
        (_lost, _silent) = (null, false);
        return new RunRecovered("exact", checkpoint, lost.Step - checkpoint, cursor.Hash, lost.Reason);
    }
}
