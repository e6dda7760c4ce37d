using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>Holds the checkpoints of a training stream, and what retention removed with them, against the recipe in force.</summary>
/// <remarks>Not of runs of earlier logic: whoever took one up again could give them another schedule, and the log did not say so.</remarks>
sealed class DueCheckpoints
{
    readonly HashSet<int> _saved = [];
    readonly Queue<ArtefactRemoved> _superseded = [];         // by the event before, and removed with it
    int _sft;
    bool _isReused;                                           // the stage that follows, which was not executed
    CheckpointAsked? _asked;                                  // for the checkpoint that follows

    /// <summary>What is wrong with the next event; null if nothing is.</summary>
    /// <param name="read">The event.</param>
    /// <param name="before">The state before it.</param>
    /// <param name="recipe">The recipe in force.</param>
    public AuditFinding? Check(ReadEvent read, RunState before, Recipe recipe)
    {
        if (read.Event is RunStarted)
        {
            _saved.Clear();
            _superseded.Clear();
            (_sft, _isReused) = (0, false);
            return null;
        }
        if (before.Started?.LogicVersion < RunFacts.LogicOfTheToldRestart) return null;
        if (_superseded.TryDequeue(out var expected))
            return expected.Equals(read.Event)
                ? null
                : AuditFinding.At(read, AuditFindingKind.Missing,
                    $"the event that {expected.Hash} was removed ({expected.Reason}) should be before this one");
        var (checkpoint, parent) = (recipe.Checkpoint, before.Parent?.Step ?? 0);
        switch (read.Event)
        {
            case ArtefactRemoved removed:
                return AuditFinding.At(read, AuditFindingKind.Altered,
                    $"{removed.Hash} was removed, and with checkpoint.keep {checkpoint.Keep} nothing was to be");
            case SftCheckpointed saved:
                var next = NextOfSft(checkpoint);
                Supersede(before, new RecordSftCheckpoint(saved));
                _sft = saved.Step;
                return saved.Step == next
                    ? null
                    : Wrong(read,
                        $"it is of step {saved.Step} of SFT, with checkpoint.sftEvery {checkpoint.SftEvery} the next is of step {next}");
            case StageReused { Stage: StageNames.Sft }:
                _isReused = true;
                return null;
            case StageCompleted { Stage: StageNames.Sft } stage:
                Supersede(before, new RecordStage(stage.Stage, [stage]));
                return _isReused || NextOfSft(checkpoint) >= recipe.Pretrain.Steps
                    ? null
                    : Missing(read, $"of step {NextOfSft(checkpoint)} of SFT (checkpoint.sftEvery {checkpoint.SftEvery}, "
                        + $"pretrain.steps {recipe.Pretrain.Steps})");
            case CheckpointAsked asked:
                _asked = asked;
                return null;
            case CheckpointSaved saved:
                Supersede(before, new RecordCheckpoint(saved, checkpoint.Keep, _asked?.Reason));
                var isForks = saved.Step == before.Parent?.Step && _saved.Count == 0;
                var isAsked = _asked?.Step == saved.Step;
                _asked = null;
                _saved.Add(saved.Step);
                return isForks || isAsked || IsDue(recipe, saved.Step)
                    ? null
                    : Wrong(read, $"it is of step {saved.Step}, "
                        + $"with checkpoint.every {checkpoint.Every} and rl.steps {recipe.Rl.Steps} none was due");
            case RolloutCollected or StepSkipped or StepRolledBack or RunCompleted:
                var behind = EventSteps.Of(read.Event)!.Value - (read.Event is RunCompleted ? 0 : 1);
                // A fork begins with one of the step that it shares; one from before RL has nothing to save yet.
                var isDue = behind > 0 && (behind == parent || behind > parent && IsDue(recipe, behind));
                return !isDue || _saved.Contains(behind)
                    ? null
                    : Missing(read, $"of step {behind} (checkpoint.every {checkpoint.Every})");
            default: return null;
        }
    }

    /// <summary>Whether the stream ends within what is stored as a whole.</summary>
    public AuditFinding? End(string stream, long last) => _superseded.Count == 0
        ? null
        : new AuditFinding(stream, last + 1, AuditFindingKind.Truncated,
            $"the event that {_superseded.Peek().Hash} was removed is not there; it is stored with the one before it");

    long NextOfSft(CheckpointRecipe recipe) => (_sft / recipe.SftEvery + 1L) * recipe.SftEvery;

    void Supersede(RunState before, RunCommand command)
    {
        foreach (var removed in Run.Decide(before, command).Events.OfType<ArtefactRemoved>()) _superseded.Enqueue(removed);
    }

    static bool IsDue(Recipe recipe, int step) => step % recipe.Checkpoint.Every == 0 || step == recipe.Rl.Steps;

    static AuditFinding Wrong(ReadEvent read, string what) => AuditFinding.At(read, AuditFindingKind.Arithmetic, what);

    static AuditFinding Missing(ReadEvent read, string which) =>
        AuditFinding.At(read, AuditFindingKind.Missing, $"the checkpoint {which} should be before this one");
}
