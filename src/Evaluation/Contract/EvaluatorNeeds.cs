namespace ActorRlhf.Evaluation.Contract;

/// <summary>What an evaluator must be given. On the wire each flag is its name in lower case, as in <c>["text","scores"]</c>.</summary>
[Flags]
public enum EvaluatorNeeds
{
    /// <summary>Prompt and completion; always given.</summary>
    Text = 1,
    /// <summary>All samples of a prompt in one batch.</summary>
    Group = 2,
    /// <summary><see cref="EvaluationItem.LogProbs"/>.</summary>
    LogProbs = 4,
    /// <summary><see cref="EvaluationItem.Scores"/>.</summary>
    Scores = 8,
    /// <summary><see cref="EvaluationItem.OtherCompletion"/>.</summary>
    Pairs = 16,
    /// <summary>The policy itself, to generate or to score likelihoods; everything else is pure.</summary>
    Model = 32,
    /// <summary><see cref="EvaluationItem.Kl"/>.</summary>
    Kl = 64,
}
