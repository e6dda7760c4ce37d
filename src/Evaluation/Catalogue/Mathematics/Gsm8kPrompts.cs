namespace ActorRlhf.Evaluation.Catalogue.Mathematics;

/// <summary>Words prompts for questions of GSM8K as lm-evaluation-harness does in version 3.0 of its task <c>gsm8k</c>.</summary>
/// <remarks>
/// A shot is "Question: …\nAnswer: …" with its working, shots are parted by a blank line, and the question ends in "Answer:" without a
/// space. The harness draws other shots for each question; here the same go before all of them, so that their tokens can be shared.
/// </remarks>
public sealed class Gsm8kPrompts
{
    /// <summary>Shots of the usual chain-of-thought prompt.</summary>
    public const int UsualShots = 8;

    readonly string _head;

    /// <param name="shots">Worked examples that go before each question, in this order; none for the 0-shot prompt.</param>
    public Gsm8kPrompts(params IReadOnlyList<Gsm8kExample> shots) =>
        _head = string.Concat(shots.Select(shot => $"{Ask(shot.Question)} {shot.Answer}\n\n"));

    /// <summary>The texts that end a generation: what follows them is no longer the answer.</summary>
    public static IReadOnlyList<string> StopStrings { get; } = ["Question:", "</s>", "<|im_end|>"];

    /// <summary>Prompts with the first shots of a file, which should be that for training.</summary>
    /// <param name="lines">The lines of a file of GSM8K; read only as far as needed.</param>
    /// <param name="shots">Number of shots, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    /// <exception cref="FormatException">The file has fewer examples, or one that cannot be read.</exception>
    public static Gsm8kPrompts WithFirst(IEnumerable<string> lines, int shots = UsualShots)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shots);
        Gsm8kExample[] first = [.. Gsm8kExample.Read(lines).Take(shots)];
        return first.Length == shots
            ? new(first)
            : throw new FormatException(
                $"the file has {first.Length} examples, expected at least {shots}: give more, or ask for fewer shots.");
    }

    /// <summary>The prompt's text for a question.</summary>
    public string Of(string question) => _head + Ask(question);

    static string Ask(string question) => $"Question: {question}\nAnswer:";
}
