using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Auditing;

/// <summary>
/// The steps whose policy was evaluated according to the training stream, which goes on only when the evaluation is stored.
/// </summary>
/// <remarks>
/// In runs of earlier logic only for the first writer: whoever took such a
/// run up again could evaluate at other steps, and the log did not say so.
/// </remarks>
sealed class DueEvaluations
{
    long _last;                                       // the newest event of the training stream that was taken in
    readonly List<(long From, int Every, int Last)> _rules = [];          // in force from an event of the training stream on

    /// <summary>The steps, in order.</summary>
    public List<int> Steps { get; } = [];

    /// <summary>Takes in the next event of a training stream.</summary>
    public void Add(ReadEvent read, RunStarted started, Recipe recipe)
    {
        _last = read.Sequence;
        var rule = (read.Sequence, recipe.Evaluation.Every, recipe.Rl.Steps);
        if (_rules is [] || (_rules[^1].Every, _rules[^1].Last) != (rule.Every, rule.Steps)) _rules.Add(rule);
        int? behind = read.Event switch
        {
            RolloutCollected rollout => rollout.Step - 1,
            StepSkipped skipped => skipped.Step - 1,
            StepRolledBack back => back.Step - 1,
            // The checkpoint that a fork begins with is stored before anything else.
            CheckpointSaved saved when saved.Step != started.Parent?.Step => saved.Step,
            RunCompleted completed => completed.Step,
            _ => null,
        };
        if (behind is not { } step || Steps.Contains(step)) return;
        if (read.Envelope.WriterEpoch > 1 && started.LogicVersion < RunFacts.LogicOfTheToldRestart) return;
        // A fork evaluates the step that it shares anew.
        var first = started.Parent is not { } parent ? 0
            : started.LogicVersion < RunFacts.LogicOfTheToldRestart ? parent.Step + 1 : parent.Step;
        if (step >= first && (step % recipe.Evaluation.Every == 0 || step == recipe.Rl.Steps)) Steps.Add(step);
    }

    /// <summary>What is wrong with the step of a held-out rollout; null if nothing is, or if the run is of an earlier logic.</summary>
    public string? NotDue(IEvent fact, RunStarted? started)
    {
        if (fact is not RolloutCollected { Source: { } source } rollout
            || started is null || started.LogicVersion < RunFacts.LogicOfTheToldRestart)
            return null;
        if (source.Sequence > _last) return null;     // written since: by which rule, nobody has read yet
        var rule = _rules.FindLast(rule => rule.From <= source.Sequence);
        return rule.From == 0 || rollout.Step % rule.Every == 0 || rollout.Step == rule.Last
            ? null
            : $"step {rollout.Step} was evaluated, and with evaluation.every {rule.Every} and rl.steps {rule.Last} none was due";
    }
}
