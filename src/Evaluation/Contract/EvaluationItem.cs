namespace ActorRlhf.Evaluation.Contract;

/// <summary>One completion to be judged: strings and numbers only, so that it crosses a process boundary unchanged.</summary>
/// <param name="Id">Names the item within its batch; results carry it back.</param>
/// <param name="Prompt">The prompt's text.</param>
/// <param name="Completion">The completion's text, without special tokens.</param>
public sealed record EvaluationItem(string Id, string Prompt, string Completion)
{
    /// <summary><see cref="StopReason"/> of a completion that ended by itself.</summary>
    public const string StoppedByEos = "eos";
    /// <summary><see cref="StopReason"/> of a completion that was cut off at a token limit.</summary>
    public const string StoppedByLength = "length";

    /// <summary>Names the prompt across batches; null where the completions have no run behind them.</summary>
    public string? PromptId { get; init; }
    /// <summary>Which of the prompt's samples this is, from 0.</summary>
    public int Sample { get; init; }
    /// <summary>A good answer, where there is one.</summary>
    public string? Reference { get; init; }
    /// <summary>Names and values by which aggregates are broken down, such as <c>family</c> = <c>style</c>.</summary>
    public IReadOnlyDictionary<string, string> Slices { get; init; } = new Dictionary<string, string>();
    /// <summary>
    /// Why the completion ended, <see cref="StoppedByEos"/> or <see cref="StoppedByLength"/>; null where nobody recorded it.
    /// </summary>
    public string? StopReason { get; init; }
    /// <summary>Tokens of the completion, EOS included; null where unknown.</summary>
    public int? TokenCount { get; init; }
    /// <summary>Log-prob of each token in nats; given for <see cref="EvaluatorNeeds.LogProbs"/>.</summary>
    public IReadOnlyList<float>? LogProbs { get; init; }
    /// <summary>Score by each reward model; given for <see cref="EvaluatorNeeds.Scores"/>.</summary>
    public IReadOnlyDictionary<string, double>? Scores { get; init; }
    /// <summary>How far the policy that wrote it is from the reference here; given for <see cref="EvaluatorNeeds.Kl"/>.</summary>
    public SequenceKl? Kl { get; init; }
    /// <summary>The completion to compare with; given for <see cref="EvaluatorNeeds.Pairs"/>.</summary>
    public string? OtherCompletion { get; init; }
}
