using ActorRlhf.Evaluation.Catalogue.Mathematics;
using ActorRlhf.Evaluation.Catalogue.MultipleChoice;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Failures;

namespace ActorRlhf.Host.Inquiry;

/// <summary>Reads what is asked of a language model.</summary>
static class AskedBenchmark
{
    /// <summary>What is to be asked.</summary>
    /// <param name="request">As it came.</param>
    /// <param name="questions">What the questions are called where they are wrong: who gave them, and where they are.</param>
    /// <param name="shots">The same of the worked examples.</param>
    /// <param name="showPrompts">Whether results say what the model was given.</param>
    /// <exception cref="QueryException">A value is not one that it may have.</exception>
    /// <exception cref="BenchFileException">A text is not such a file.</exception>
    public static Benchmark Of(
        BenchmarkRequest request, (string Giver, string Place) questions, (string Giver, string Place) shots, bool showPrompts)
    {
        if (request.Limit is < 1 or int.MaxValue)
            throw new QueryException("limit", FormattableString.Invariant($"{request.Limit}"), "at least 1, and less than 2^31 - 1");
        if (request.Task is Benchmark.MultipleChoice)
        {
            if (request.Format is not (BenchmarkRequest.Text or BenchmarkRequest.Letters))
                throw new QueryException("format", request.Format, "text or letters");
            var (choices, cut) = Items(questions, request.Questions, ChoiceFile.Read, request.Limit);
            return new ChoiceBenchmark(choices, request.Format is BenchmarkRequest.Letters, cut);
        }
        if (request.Task is not Benchmark.Gsm8k) throw new QueryException("task", request.Task, "gsm8k or multiple-choice");
        var (count, tokens) = (request.Shots, request.MaxTokens);
        if (count is < 0 or > Gsm8kBenchmark.MostShots)
            throw new QueryException(
                "shots", FormattableString.Invariant($"{count}"), FormattableString.Invariant($"from 0 to {Gsm8kBenchmark.MostShots}"));
        if (tokens < 1) throw new QueryException("maxTokens", FormattableString.Invariant($"{tokens}"), "at least 1");
        var prompts = count == 0
            ? new Gsm8kPrompts()
            : Items<Gsm8kPrompts>(
                shots, request.ShotsText ?? "", text => [Gsm8kPrompts.WithFirst(BenchFile.Lines(text), count)], null).Items[0];
        var (problems, limit) = Items(questions, request.Questions, text => Gsm8kExample.Read(BenchFile.Lines(text)), request.Limit);
        return new Gsm8kBenchmark(problems, prompts, count, tokens, showPrompts, limit);
    }

    /// <summary>The items of a text, and the limit where it left any out: another question than that of all.</summary>
    static (IReadOnlyList<T> Items, int? Limit) Items<T>(
        (string Giver, string Place) name, string text, Func<TextReader, IEnumerable<T>> read, int? limit)
    {
        using var reader = new StringReader(text);
        var items = BenchFile.Items(name.Giver, name.Place, reader, read, limit + 1 ?? int.MaxValue);
        return limit < items.Count ? ([.. items.Take(limit.Value)], limit) : (items, null);
    }
}
