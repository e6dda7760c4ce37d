using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Actors.Runs.Counterfactual;

/// <summary>What holds in one step under a counterfactual rule.</summary>
/// <param name="Rule">The rule in the run that wrote the step: of a fork, that may be its parent.</param>
/// <param name="KlCoefficient">β of the step.</param>
/// <param name="NextKlCoefficient">β of the next one.</param>
public sealed record StepRule(RuleInForce Rule, double KlCoefficient, double NextKlCoefficient)
{
    /// <summary>
    /// The rules of all steps whose KL was measured, by step: an adaptive
    /// controller goes from step to step over the logged KLs, as training leads it.
    /// </summary>
    /// <exception cref="Recipes.RecipeException">The rule does not fit the run's recipe.</exception>
    public static IReadOnlyDictionary<int, StepRule> Of(RunRecord run, CounterfactualRule rule)
    {
        var (byStep, after) = (new Dictionary<int, StepRule>(), new Dictionary<int, double>());
        var (inForce, coefficient, tokens, logic) = (default(RuleInForce), 0.0, 0, 0);
        foreach (var fact in run.Training().Select(read => read.Event))
        {
            switch (fact)
            {
                case RunStarted started:
                    var before = inForce;
                    logic = started.LogicVersion;
                    inForce = rule.In(started.Recipe, run.Id.Value);
                    // A fork goes on with its parent's coefficient, unless it was given one of its own.
                    if (before?.Recipe.Kl.Coefficient != inForce.Recipe.Kl.Coefficient) coefficient = inForce.Recipe.Kl.Coefficient;
                    // Its first checkpoint has that coefficient, whatever the parent had after the same step.
                    if (started.Parent is { } fork) after[fork.Step] = coefficient;
                    break;
                case RolloutCollected rollout:
                    tokens = rollout.Lengths.Values.Sum();
                    break;
                case KlMeasured kl:
                    var next = new KlMeasurement(kl.K1.Values, kl.K3.Values, tokens)
                        .NextCoefficient(inForce!.Recipe.Kl, coefficient, logic);
                    byStep[kl.Step] = new StepRule(inForce, coefficient, next);
                    coefficient = next;
                    break;
                case PolicyUpdated updated:
                    after[updated.Step] = coefficient;
                    break;
                case StepSkipped skipped:
                    after[skipped.Step] = coefficient;
                    break;
                case StepRolledBack back:
                    // Before the first checkpoint there is only the beginning.
                    coefficient = after.TryGetValue(back.Checkpoint, out var then) ? then : inForce!.Recipe.Kl.Coefficient;
                    after[back.Step] = coefficient;
                    break;
            }
        }
        return byStep;
    }
}
