using System.Text.Json;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Host.Runner;

/// <summary>Speaks the protocol for an evaluator of .NET.</summary>
static class RunnerLoop
{
    /// <summary>Answers line by line until the input ends.</summary>
    public static async Task RunAsync(IEvaluator evaluator, Stream input, Stream output)
    {
        using var lines = new StreamReader(input);
        while (await lines.ReadLineAsync().ConfigureAwait(false) is { } line)
            await output.WriteAsync(Answer(evaluator, line)).ConfigureAwait(false);
    }

    static ReadOnlyMemory<byte> Answer(IEvaluator evaluator, string line)
    {
        using var document = JsonDocument.Parse(line);
        var message = document.RootElement;
        if (message.GetProperty("type").GetString() == "hello") return RunnerMessages.Describe(evaluator);
        var items = RunnerMessages.Items(message);
        return RunnerMessages.Scores(message.GetProperty("batch").GetInt32(), Score(evaluator, items));
    }

    static IReadOnlyList<ItemResult> Score(IEvaluator evaluator, EvaluationItem[] items)
    {
        try { return evaluator.Score(items); }
        // Whatever it throws is what it says of these items.
        catch (Exception thrown)
        {
            return [.. items.Select(item => new FailedItem(item.Id, $"{thrown.GetType().Name}: {thrown.Message}"))];
        }
    }
}
