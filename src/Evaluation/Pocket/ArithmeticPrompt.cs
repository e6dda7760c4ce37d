using System.Globalization;
using ActorRlhf.Evaluation.Randomness;

namespace ActorRlhf.Evaluation.Pocket;

/// <summary>A sum or difference of numbers up to ten. Gold: the word after the first <c>####</c> is the exact answer.</summary>
sealed class ArithmeticPrompt : PocketPrompt
{
    const int Largest = 10;
    const string AnswerMark = "####";

    readonly string _calculation;
    readonly int _result;

    ArithmeticPrompt(string name, string things, int have, int change, bool gets)
        : base(PocketFamily.Arithmetic, $"{name} has {have} {things} and {(gets ? "gets" : "loses")} {change} . how many now ?",
            Worked(Calculation(have, change, gets), Result(have, change, gets)))
    {
        _calculation = Calculation(have, change, gets);
        _result = Result(have, change, gets);
    }

    public static IEnumerable<PocketPrompt> All() =>
        from gets in (bool[])[true, false]
        from have in Enumerable.Range(0, Largest + 1)
        from change in Enumerable.Range(0, (gets ? Largest - have : have) + 1)
        from name in (string[])["tom", "ann", "bob", "eve"]
        from things in (string[])["coins", "books", "cups", "pens"]
        select new ArithmeticPrompt(name, things, have, change, gets);

    internal override double TaskScore(Words completion) =>
        completion.After(AnswerMark) == _result.ToString(CultureInfo.InvariantCulture) ? 1 : 0;

    private protected override string DrawGuess(PhiloxStream draws) => Worked(_calculation, draws.Integer(Largest + 1));

    static string Calculation(int have, int change, bool gets) => $"{have} {(gets ? "plus" : "minus")} {change}";
    static int Result(int have, int change, bool gets) => gets ? have + change : have - change;
    static string Worked(string calculation, int result) => $"{calculation} is {result} . {AnswerMark} {result}";
}
