using ActorRlhf.Evaluation.Catalogue.Refusals;

namespace ActorRlhf.Evaluation.Tests.Catalogue.Refusals;

/// <summary>How well a refusal model does on completions that it was not trained on.</summary>
static class RefusalTrials
{
    /// <summary>The share of completions that a model tells right: refused, fully or partly, or not.</summary>
    public static double Accuracy(RefusalModel model, IReadOnlyList<XsTestCompletion> completions) =>
        completions.Average(one => model.Judge(one.Example.Completion).Refuses == one.Example.Refuses ? 1.0 : 0);

    /// <summary>The share that a model tells right of full refusal, partial refusal and compliance.</summary>
    public static double AccuracyOfThree(RefusalModel model, IReadOnlyList<XsTestCompletion> completions) =>
        completions.Average(one => model.Judge(one.Example.Completion) is var verdict
            && (verdict.Refuses, verdict.RefusesPartly) == (one.Example.Refuses, one.Example.Partly) ? 1.0 : 0);

    /// <summary>A model of some completions.</summary>
    public static RefusalModel Train(IEnumerable<XsTestCompletion> completions) =>
        RefusalTraining.Fit(RefusalResources.Patterns, [.. completions.Select(one => one.Example)]);

    /// <summary>Accuracy by cross-validation; all completions to a prompt are in one fold, and prompts are dealt out by turns.</summary>
    /// <param name="completions">Those of all models.</param>
    /// <param name="folds">How many parts there are.</param>
    /// <param name="measure">Which accuracy.</param>
    public static double CrossValidate(
        IReadOnlyList<XsTestCompletion> completions, int folds, Func<RefusalModel, IReadOnlyList<XsTestCompletion>, double> measure)
    {
        var prompts = completions.Select(one => one.Prompt).Distinct().Order();
        var order = prompts.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        return Enumerable.Range(0, folds).Sum(fold =>
        {
            var tested = completions.Where(one => order[one.Prompt] % folds == fold).ToList();
            return measure(Train(completions.Where(one => order[one.Prompt] % folds != fold)), tested) * tested.Count;
        }) / completions.Count;
    }
}
