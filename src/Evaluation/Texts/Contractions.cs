namespace ActorRlhf.Evaluation.Texts;

/// <summary>The English contractions that phrases are written with, and what they are short for.</summary>
static class Contractions
{
    // Not "'s" of possession, and not "let's", whose long form nobody writes.
    static readonly (string Short, string Long)[] s_forms =
    [
        ("i'm", "i am"), ("i'll", "i will"), ("i've", "i have"), ("i'd", "i would"), ("you're", "you are"), ("you've", "you have"),
        ("it's", "it is"), ("that's", "that is"), ("there's", "there is"), ("here's", "here is"), ("can't", "cannot"), ("can't", "can not"),
        ("don't", "do not"), ("won't", "will not"), ("couldn't", "could not"),
    ];

    /// <summary>A word as it is written, and in its long forms where it has any.</summary>
    public static IEnumerable<string> Forms(string word) =>
        [word, .. s_forms.Where(form => form.Short == word).Select(form => form.Long)];
}
