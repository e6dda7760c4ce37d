namespace ActorRlhf.Evaluation.Texts;

/// <summary>A sentence of prose: at least one word.</summary>
/// <param name="Whole">All of it, closing punctuation included.</param>
/// <param name="FirstWord">Index of its first word.</param>
/// <param name="EndWord">Index behind its last word.</param>
readonly record struct Sentence(Stretch Whole, int FirstWord, int EndWord)
{
    public int WordCount => EndWord - FirstWord;
}
