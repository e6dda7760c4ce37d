namespace ActorRlhf.Host.Contracts;

/// <summary>The body of <c>POST /v1/runs/{id}/benchmarks</c>.</summary>
/// <param name="Task"><c>gsm8k</c> or <c>multiple-choice</c>.</param>
/// <param name="Questions">The text of the file of the questions.</param>
/// <param name="Step">Whose policy is asked; null for the last one that is in the log.</param>
/// <param name="Format">multiple-choice: <c>text</c> or <c>letters</c>.</param>
/// <param name="Shots">gsm8k: worked examples before each question.</param>
/// <param name="ShotsText">gsm8k: the text of the file that has them.</param>
/// <param name="MaxTokens">gsm8k: most tokens of a completion.</param>
/// <param name="Limit">Only so many of the first questions; null for all.</param>
/// <param name="AcceptBuild">Whether this build may execute steps of a run that another one trained.</param>
sealed record BenchmarkRequest(
    string Task, string Questions, int? Step = null, string Format = BenchmarkRequest.Text, int Shots = 0, string? ShotsText = null,
    int MaxTokens = BenchmarkRequest.UsualTokens, int? Limit = null, bool AcceptBuild = false)
{
    /// <summary>The formats of <c>multiple-choice</c>.</summary>
    public const string Text = "text", Letters = "letters";

    /// <summary>Tokens of a completion, as lm-evaluation-harness generates.</summary>
    public const int UsualTokens = 256;
}
