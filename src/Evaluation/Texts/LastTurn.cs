namespace ActorRlhf.Evaluation.Texts;

/// <summary>What the user said last: the whole prompt, or of a dialogue as <c>hh-rlhf</c> writes it the last <c>Human:</c> turn.</summary>
static class LastTurn
{
    const string User = "\nHuman:", Model = "\nAssistant:";

    public static CutText Of(string prompt)
    {
        var turn = prompt.LastIndexOf(User, StringComparison.Ordinal);
        if (turn < 0) return new CutText(prompt);
        var said = prompt[(turn + User.Length)..];
        var answer = said.IndexOf(Model, StringComparison.Ordinal);
        return new CutText(answer < 0 ? said : said[..answer]);
    }
}
