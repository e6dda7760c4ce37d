using ActorRlhf.Evaluation.Catalogue.Mathematics;
using ActorRlhf.Evaluation.Catalogue.MultipleChoice;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Failures;

namespace ActorRlhf.Host.Inquiry;

/// <summary>Reads what a client asks of a run's policy.</summary>
static class AskedBenchmark
{
    const string Sent = "what was sent";

    /// <summary>What is to be asked.</summary>
    /// <param name="request">As it came.</param>
    /// <exception cref="QueryException">A value is not one that it may have.</exception>
    /// <exception cref="BenchFileException">A text is not such a file.</exception>
    public static Benchmark Of(BenchmarkRequest request)
    {
        var limit = request.Limit;
        if (limit is < 1) throw new QueryException("limit", FormattableString.Invariant($"{limit}"), "at least 1");
        if (request.Task is Benchmark.MultipleChoice)
            return request.Format is BenchmarkRequest.Text or BenchmarkRequest.Letters
                ? new ChoiceBenchmark(
                    Items("questions", request.Questions, ChoiceFile.Read, limit), request.Format is BenchmarkRequest.Letters, limit)
                : throw new QueryException("format", request.Format, "text or letters");
        if (request.Task is not Benchmark.Gsm8k) throw new QueryException("task", request.Task, "gsm8k or multiple-choice");
        var (shots, tokens) = (request.Shots, request.MaxTokens);
        if (shots is < 0 or > Gsm8kBenchmark.MostShots)
            throw new QueryException(
                "shots", FormattableString.Invariant($"{shots}"), FormattableString.Invariant($"from 0 to {Gsm8kBenchmark.MostShots}"));
        if (tokens < 1) throw new QueryException("maxTokens", FormattableString.Invariant($"{tokens}"), "at least 1");
        var prompts = shots == 0
            ? new Gsm8kPrompts()
            : Items<Gsm8kPrompts>(
                "shotsText", request.ShotsText ?? "", text => [Gsm8kPrompts.WithFirst(BenchFile.Lines(text), shots)], null)[0];
        return new Gsm8kBenchmark(
            Items("questions", request.Questions, text => Gsm8kExample.Read(BenchFile.Lines(text)), limit), prompts, shots, tokens,
            ShowPrompts: false, limit);
    }

    static IReadOnlyList<T> Items<T>(string name, string text, Func<TextReader, IEnumerable<T>> read, int? limit)
    {
        using var reader = new StringReader(text);
        return BenchFile.Items(name, Sent, reader, read, limit ?? int.MaxValue);
    }
}
