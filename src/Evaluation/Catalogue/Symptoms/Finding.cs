using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Evaluation.Texts;

namespace ActorRlhf.Evaluation.Catalogue.Symptoms;

/// <summary>How strongly something was found in a text, and where.</summary>
/// <param name="Strength">In [0, 1]; 0 where nothing was found.</param>
/// <param name="Extracted">The words that were found; null for nothing.</param>
/// <param name="Reason">Why they count.</param>
readonly record struct Finding(double Strength, string? Extracted = null, string? Reason = null)
{
    const int MostQuoted = 120; // characters: enough to recognise a passage by

    public static Finding Of(double strength, CutText text, PhraseMatch match) =>
        new(strength, Shortened(text.Quote(match.FirstWord, match.EndWord)));

    public Score ToScore() => new(Strength, Extracted, Reason);

    public static string Shortened(string quote) => quote.Length <= MostQuoted ? quote : $"{quote[..MostQuoted]}…";
}
