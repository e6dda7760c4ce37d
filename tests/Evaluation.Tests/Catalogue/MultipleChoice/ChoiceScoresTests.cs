using ActorRlhf.Evaluation.Catalogue.MultipleChoice;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Evaluation.Tests.Catalogue.MultipleChoice;

public sealed class ChoiceScoresTests
{
    static readonly ChoiceQuestion s_sky = new(
        "What colour is the sky?", ["blue", "as green as grass"], 0, new Dictionary<string, string>());

    [Fact]
    public void Of_LongChoice_LosesBySumAndWinsByByte()
    {
        // -6/4 bytes = -1.5 and -17/17 bytes = -1 nats a byte.
        var scores = Scores(s_sky.Choices, 0, -6, -17);
        Assert.Equal((1.0, "blue"), (scores["acc"].Value, scores["acc"].Extracted));
        Assert.Equal((0.0, "as green as grass"), (scores["acc_norm"].Value, scores["acc_norm"].Extracted));
    }

    [Fact]
    public void Of_ChoiceBeyondAscii_IsNormalisedByBytesNotByCharacters()
    {
        // "ééé" is 3 characters and 6 bytes: -6/6 = -1 beats -5/4 = -1.25; by characters -2 would lose.
        Assert.Equal("ééé", Scores(["ééé", "four"], 0, -6, -5)["acc_norm"].Extracted);
    }

    [Fact]
    public void Of_EqualLogLikelihoods_TakesTheFirst()
    {
        var scores = Scores(["a", "b", "c"], 1, -3, -2, -2);
        Assert.Equal(("b", "b"), (scores["acc"].Extracted, scores["acc_norm"].Extracted));
    }

    [Fact]
    public void Of_LogLikelihoodThatIsNoNumber_Fails() =>
        Assert.IsType<FailedItem>(ChoiceScores.Of("0", ["a", "b"], 0, [-1, double.NaN]));

    [Fact]
    public void Prompt_InBothFormats_IsWordedAsTheHarnessDoes()
    {
        var text = ChoicePrompt.Of(s_sky, letters: false);
        Assert.Equal(("Question: What colour is the sky?\nAnswer:", s_sky.Choices), (text.Context, text.Answers));
        var letters = ChoicePrompt.Of(s_sky, letters: true);
        Assert.Equal("Question: What colour is the sky?\nA. blue\nB. as green as grass\nAnswer:", letters.Context);
        Assert.Equal(["A", "B"], letters.Answers);
    }

    static IReadOnlyDictionary<string, Score> Scores(IReadOnlyList<string> answers, int right, params double[] logLikelihoods) =>
        Assert.IsType<ScoredItem>(ChoiceScores.Of("0", answers, right, logLikelihoods)).Scores;
}
