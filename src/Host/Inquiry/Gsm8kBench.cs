using System.Globalization;
using ActorRlhf.Evaluation.Catalogue.Mathematics;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Host.Failures;
using ActorRlhf.Models.ModelFolders;
using ActorRlhf.Models.Sampling;

namespace ActorRlhf.Host.Inquiry;

/// <summary>Lets a model solve the word problems of GSM8K, greedily, and has each completion judged.</summary>
/// <param name="model">The model.</param>
/// <param name="sampler">Samples from it; it is loaded.</param>
/// <param name="prompts">Words the prompts.</param>
/// <param name="evaluator">Judges the completions.</param>
/// <param name="maxTokens">Most tokens of a completion.</param>
/// <param name="showPrompts">Whether results say what the model was given.</param>
sealed class Gsm8kBench(
    ModelToGenerate model, ISampler sampler, Gsm8kPrompts prompts, IEvaluator evaluator, int maxTokens, bool showPrompts)
{
    readonly SamplingOptions _options = new SamplingChoice(maxTokens, Greedy: true).For(model);

    /// <summary>Results in the questions' order. Those of a question are the same whatever stands beside it.</summary>
    /// <param name="questions">The questions with their places in the file.</param>
    public IReadOnlyList<BenchResult> Solve(IReadOnlyList<(int Index, Gsm8kExample Example)> questions)
    {
        var asked = questions.Select(question => Ask(question.Index, question.Example)).ToArray();
        using var completions = sampler.Generate(
            [.. asked.Where(one => one.Ids is not null).Select(one => new SampleRequest(one.Ids!, 0, 0))], _options).GetEnumerator();
        return [.. asked.Select(one => one.Ids is null || !completions.MoveNext() ? Failed(one) : Judge(one, completions.Current))];
    }

    /// <summary>What stands before the first stop string, and whether there is one.</summary>
    internal static (string Text, bool IsCut) Cut(string completion)
    {
        var ends = Gsm8kPrompts.StopStrings.Select(stop => completion.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0);
        return ends.Select(at => (int?)at).Min() is { } first ? (completion[..first], true) : (completion, false);
    }

    Asked Ask(int index, Gsm8kExample example)
    {
        var prompt = prompts.Of(example.Question);
        try { return new Asked(index, example, prompt, PromptRefusedException.Encode(prompt, model), null); }
        catch (PromptRefusedException refused) { return new Asked(index, example, prompt, null, refused.Why); }
    }

    BenchResult Judge(Asked one, Completion completion)
    {
        var (text, isCut) = Cut(model.Tokenizer.Decode(completion.TokenIds));
        var item = new EvaluationItem(Id(one), one.Prompt, text)
        {
            Reference = one.Example.Answer,
            StopReason = isCut || completion.StopReason is StopReason.Eos ? EvaluationItem.StoppedByEos : EvaluationItem.StoppedByLength,
        };
        return BenchResult.Of(one.Index, evaluator.Score([item])[0], prompt: showPrompts ? one.Prompt : null, completion: text);
    }

    BenchResult Failed(Asked one) =>
        BenchResult.Of(one.Index, new FailedItem(Id(one), $"prompt: {one.Error}"), prompt: showPrompts ? one.Prompt : null);

    static string Id(Asked one) => one.Index.ToString(CultureInfo.InvariantCulture);

    /// <summary>A question as the model is given it; no ids where it cannot be.</summary>
    sealed record Asked(int Index, Gsm8kExample Example, string Prompt, int[]? Ids, string? Error);
}
