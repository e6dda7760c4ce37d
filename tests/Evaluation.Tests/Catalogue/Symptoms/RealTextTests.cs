using System.IO.Compression;
using System.Text.Json;
using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Host.Tests;

namespace ActorRlhf.Evaluation.Tests.Catalogue.Symptoms;

/// <summary>Rates on texts that people wrote or chose, so that a rule which fires everywhere is noticed.</summary>
public class RealTextTests
{
    [RealDataTheory] // Worked answers to word problems: whole, plain and sure of themselves, with few common words and many numbers.
    [InlineData("laziness", "laziness", .005)]
    [InlineData("laziness", "cut-off", 0)]
    [InlineData("verbosity", "filler", .001)]
    [InlineData("hedging", "hedging", .001)]
    [InlineData("sycophancy", "sycophancy", 0)]
    [InlineData("apology", "apology", 0)]
    [InlineData("repetition", "loop", 0)]
    [InlineData("language-mix", "other-language", .005)]
    public void Score_AnswersOfGsm8k_HaveFewSymptoms(string id, string metric, double most) =>
        Assert.InRange(Mean(id, metric, WordProblems()), 0, most);

    [RealDataTheory] // Answers that people preferred: short, often unsure, a few broken off; two are empty and one trails off.
    [InlineData("laziness", "cut-off", .02, .06)]
    [InlineData("hedging", "doubt", .1, .25)]
    [InlineData("sycophancy", "sycophancy", .002, .03)]
    [InlineData("apology", "apology", .05, .15)]
    [InlineData("format", "markdown", 0, .02)]
    [InlineData("language-mix", "language-mix", 0, .001)]
    public void Score_AnswersOfHhRlhf_HaveTheRatesThatReadingShows(string id, string metric, double least, double most) =>
        Assert.InRange(Mean(id, metric, Dialogues()), least, most);

    static double Mean(string id, string metric, IReadOnlyList<EvaluationItem> items)
    {
        var results = BuiltInEvaluators.ById[id].Score(items);
        return results.Average(result => Assert.IsType<ScoredItem>(result).Scores[metric].Value)!.Value;
    }

    static List<EvaluationItem> WordProblems()
    {
        var lines = File.ReadLines(Path.Combine(RealData.Folder!, "gsm8k", "test.jsonl"));
        var problems = lines.Select(line => JsonDocument.Parse(line).RootElement);
        return [.. problems.Select(problem =>
            new EvaluationItem("?", problem.GetProperty("question").GetString()!, problem.GetProperty("answer").GetString()!))];
    }

    static List<EvaluationItem> Dialogues()
    {
        const string turn = "\n\nAssistant:";
        using var lines = new StreamReader(new GZipStream(File.OpenRead(RealData.Preferences), CompressionMode.Decompress));
        var items = new List<EvaluationItem>();
        while (lines.ReadLine() is { } line)
        {
            var dialogue = JsonDocument.Parse(line).RootElement.GetProperty("chosen").GetString()!;
            var answer = dialogue.LastIndexOf(turn, StringComparison.Ordinal) + turn.Length;
            items.Add(new EvaluationItem("?", dialogue[..answer], dialogue[answer..]));
        }
        return items;
    }
}
