namespace ActorRlhf.Evaluation.Catalogue.Mathematics;

/// <summary>Reads the right answer of a question.</summary>
static class Gsm8kReference
{
    public const string Expected =
        "expected a GSM8K answer that ends in \"#### N\", or N itself, such as 18, -3, 1,234, $12, 12.50, 3/4 or 50%";

    /// <summary>The number of a reference; null where it is none, or more than a number.</summary>
    public static ExactNumber? Read(string reference)
    {
        const string mark = "####";
        var bare = reference.LastIndexOf(mark, StringComparison.Ordinal) is >= 0 and var at ? reference[(at + mark.Length)..] : reference;
        var plain = PlainText.Of(bare.Trim());
        if (NumberScanner.Scan(plain) is not [{ Factor: 1 } number]) return null;

        var isAlone = plain.AsSpan(0, number.Start).Trim(" -$€£¥₹").IsEmpty && plain.AsSpan(number.End).Trim(" .$€£¥₹").IsEmpty;
        return isAlone ? ExactNumber.Of(plain, number) : null;
    }
}
