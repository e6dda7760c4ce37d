using ActorRlhf.Evaluation.Statistics.Attribution;
using ActorRlhf.Evaluation.Statistics.Comparisons;

namespace ActorRlhf.Evaluation.Tests.Statistics.Attribution;

public class PhraseShiftsTests
{
    [Fact]
    public void Of_PhraseTakenUp_HasSharesAndBothPs()
    {
        // "Great question" in 1 of 8 before and 7 of 8 after, gained by 6: p = 2·2⁻⁶.
        string[] before = ["Great question! Yes.", .. Enumerable.Repeat("Yes.", 7)];
        string[] after = [.. Enumerable.Repeat("GREAT   question, yes.", 7), "Yes."];
        var shifts = PhraseShifts.Of(before, after);
        var shift = shifts.Single(one => one.Phrase == "great question");
        Assert.Equal((.125, .875, 6, 0), (shift.Before.Value, shift.After.Value, shift.Gained, shift.Lost));
        Assert.Equal(.03125, shift.P, 1e-14);
        // Looked at: yes; great; question; great question; question yes; great question yes. All but yes shift alike.
        string[] phrases = ["great", "great question", "great question yes", "question", "question yes", "yes"];
        Assert.Equal(phrases, shifts.Select(one => one.Phrase));
        Assert.Equal(6 * .03125, shift.PHolm, 1e-14);
        Assert.Equal((8, "wilson"), (shift.After.N, shift.After.Method));
        Assert.Equal((0, 0, 1), (shifts[^1].Gained, shifts[^1].Lost, shifts[^1].P));
    }

    [Fact]
    public void Of_PhraseGivenUp_IsLost()
    {
        var shift = PhraseShifts.Of(["a b", "a b", "c"], ["c", "a b", "a"]).Single(one => one.Phrase == "a b");
        Assert.Equal((0, 1, 2 / 3.0, 1 / 3.0), (shift.Gained, shift.Lost, shift.Before.Value, shift.After.Value));
    }

    [Fact]
    public void Of_PhraseTwiceInACompletion_CountsOnce() =>
        Assert.Equal(1, PhraseShifts.Of(["x", "x"], ["so so so", "x"]).Single(one => one.Phrase == "so").Gained);

    [Fact]
    public void Of_Longest_IsFourWords() => Assert.Equal(
        ["a", "a b", "a b c", "a b c d", "b", "b c", "b c d", "b c d e", "c", "c d", "c d e", "d", "d e", "e"],
        PhraseShifts.Of(["a b c d e"], ["a b c d e"]).Select(one => one.Phrase));

    [Fact]
    public void Of_RarePhrases_AreNotLookedAt()
    {
        // Two of 150 are 1.33%, one is .67%.
        string[] before = [.. Enumerable.Repeat("same", 150)];
        string[] after = ["twice same", "twice same", "once same", .. before[3..]];
        var shifts = PhraseShifts.Of(before, after);
        Assert.Equal(["twice", "twice same", "same"], shifts.Select(one => one.Phrase));
        Assert.All(shifts.Take(2), shift => Assert.Equal((2, 1), (shift.Gained, shift.PHolm)));
    }

    [Fact]
    public void Of_HundredsOfLongCompletions_FindsTheHabitAndNothingElse()
    {
        // Words of which the i-th is about 1/i as frequent as the first; one completion of six begins with a new habit.
        var draws = Some.Draws();
        string Text() => string.Join(' ', Enumerable.Range(0, 150).Select(_ => $"w{(int)Math.Pow(1000, draws.Uniform())}"));
        string[] before = [.. Enumerable.Range(0, 480).Select(_ => Text())];
        string[] after = [.. Enumerable.Range(0, 480).Select(i => (i % 6 == 0 ? "as an expert , " : "") + Text())];
        var found = PhraseShifts.Of(before, after).Where(shift => shift.PHolm < .01).Select(shift => shift.Phrase);
        Assert.Equal(["an", "an expert", "as", "as an", "as an expert", "expert"], found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Of_PromptsInOtherOrder_IsTheSame()
    {
        string[] before = ["a b", "b c", "c d", "d a"], after = ["a b c", "b", "a b", "d d a"];
        Assert.Equal(PhraseShifts.Of(before, after), PhraseShifts.Of(TwelvePrompts.Shuffled(before), TwelvePrompts.Shuffled(after)));
    }

    [Fact]
    public void Of_StepsExchanged_ExchangesGainedAndLost()
    {
        string[] before = ["a b", "b c", "c d", "d a"], after = ["a b c", "b", "a b", "d d a"];
        var back = PhraseShifts.Of(after, before).ToDictionary(one => one.Phrase);
        Assert.All(PhraseShifts.Of(before, after), shift =>
            Assert.Equal((shift.Gained, shift.Lost, shift.P), (back[shift.Phrase].Lost, back[shift.Phrase].Gained, back[shift.Phrase].P)));
    }

    [Fact]
    public void Of_Rewards_AreComparedWhereThePhraseWasGained()
    {
        var shift = PhraseShifts.Of(["x", "x", "x", "x"], ["x sure", "x sure", "x", "x"], [0, 1, 0, 1], [2, 4, .5, .5])
            .Single(one => one.Phrase == "sure");
        Assert.Equal(MeanInterval.Of([2, 3]), shift.RewardWhereGained);
        Assert.Equal(MeanInterval.Of([.5, -.5]), shift.RewardElsewhere);
    }

    [Fact]
    public void Of_GainedByAllOrNone_HasNoOtherSide()
    {
        var shifts = PhraseShifts.Of(["x", "x"], ["x sure", "x sure"], [0, 0], [1, 2]).ToDictionary(one => one.Phrase);
        Assert.Equal((1.5, null), (shifts["sure"].RewardWhereGained!.Value, shifts["sure"].RewardElsewhere));
        Assert.Equal((null, 1.5), (shifts["x"].RewardWhereGained, shifts["x"].RewardElsewhere!.Value));
    }

    [Fact]
    public void Of_NothingButSigns_HasNoPhrases() => Assert.Empty(PhraseShifts.Of(["...", ""], ["!", "?"]));

    [Fact]
    public void Of_CompletionsThatDoNotFit_Throws()
    {
        Assert.Throws<ArgumentException>(() => PhraseShifts.Of([], []));
        Assert.Throws<ArgumentException>(() => PhraseShifts.Of(["a"], ["a", "b"]));
        Assert.Throws<ArgumentException>(() => PhraseShifts.Of(["a"], ["a"], [1, 2], [1, 2]));
        Assert.Throws<ArgumentException>(() => PhraseShifts.Of(["a"], ["a"], [1], [double.NaN]));
    }
}
