using System.Diagnostics;
using ActorRlhf.Evaluation.Catalogue.Mathematics;
using ActorRlhf.Host.Tests;

namespace ActorRlhf.Evaluation.Tests.Catalogue.Mathematics;

public class AnswerExtractorTests
{
    [Theory]
    [MemberData(nameof(AwkwardCompletions.All), MemberType = typeof(AwkwardCompletions))]
    [MemberData(nameof(HeldBackCompletions.All), MemberType = typeof(HeldBackCompletions))]
    public void Extract_AwkwardCompletion_ReadsItAsAPersonWould(string completion, string? expected, string why)
    {
        var answer = AnswerExtractor.Extract(completion);
        Assert.True(answer.Text == expected, $"{completion}\n{why}: expected {expected}, found {answer.Text} ({answer.Reason})");
        Assert.Equal(expected is null, answer.Number is null);
    }

    [Theory] // Known to be wrong: a person reads 12, 32 and 1.
    [InlineData("Thus, the farmer needs 12 more cows to have 50 in total.", "50")]
    [InlineData("32 apples remain for the 4 kids.", "4")]
    [InlineData("She grows 3 plants from 1 seed packet, so she needs 1 more to make the plants 12.", "12")]
    public void Extract_ClauseThatNeedsGrammar_TakesTheLastNumber(string completion, string found) =>
        Assert.Equal(found, AnswerExtractor.Extract(completion).Text);

    [Theory]
    [InlineData("5 + 3 = 8. Then she buys", null)]
    [InlineData("The answer is 8. Then she", "8")]
    [InlineData("The answer is 8. Wait, 3 + 4 = 7, then", "8")]
    public void Extract_CutOff_ReadsOnlyAMarkedAnswer(string completion, string? expected) =>
        Assert.Equal(expected, AnswerExtractor.Extract(completion, isCutOff: true).Text);

    [Theory]
    [InlineData("#### 42", "number behind ####")]
    [InlineData("\\boxed{42}", "number in \\boxed{}")]
    [InlineData("The answer is 42", "number of the sentence with 'answer is'")]
    [InlineData("Answer: 42", "number behind 'answer:'")]
    [InlineData("6 * 7 = 42", "result of the last equation")]
    [InlineData("He has 42", "last number")]
    [InlineData("The answer is 40. Wait, the answer is 42.", "number of the sentence with 'answer is', after a correction")]
    [InlineData("#### 40-42", "a range or a calculation, not one number")]
    [InlineData("#### 40 to 42", "a range or a choice, not one number")]
    [InlineData("He has none", "no number")]
    public void Extract_Completion_SaysWhy(string completion, string reason) =>
        Assert.Equal(reason, AnswerExtractor.Extract(completion).Reason);

    [RealDataTheory]
    [InlineData("train.jsonl", 7473)]
    [InlineData("test.jsonl", 1319)]
    public void Extract_EveryPublishedAnswer_FindsItsNumber(string file, int count)
    {
        var examples = Gsm8kFiles.Read(file);
        Assert.Equal(count, examples.Count);
        foreach (var example in examples)
        {
            var right = example.Answer[(example.Answer.LastIndexOf("#### ", StringComparison.Ordinal) + 5)..];
            Assert.Equal(right, AnswerExtractor.Extract(example.Answer).Text);
        }
    }

    // Without its mark, a published answer ends in a sentence that is right, but need not end in the number.
    [RealDataFact]
    public void Extract_PublishedAnswersWithoutTheirMark_FindsNearlyAll()
    {
        var examples = Gsm8kFiles.Read("train.jsonl");
        var right = examples.Count(example =>
        {
            var mark = example.Answer.LastIndexOf("####", StringComparison.Ordinal);
            var reference = Gsm8kReference.Read(example.Answer)!.Value;
            return AnswerExtractor.Extract(example.Answer[..mark]).Number is { } number && number.Answers(reference);
        });
        Assert.InRange(right / (double)examples.Count, .9, 1);
    }

    [Fact]
    public void Extract_RandomPieces_NeverThrows()
    {
        string[] pieces =
        [
            "####", " ", "\n", "4", "12", "1,234", ".", ",", "-", "/", "^", "_", "$", "%", "e3", "*", "**", "```", "\\boxed{", "\\frac{",
            "{", "}", "<<", ">>", "=", "answer", " is ", "not", "x", "(", ")", "½", "\u2009", "٣", "a dozen", "forty", "two", " and ",
            "wait,", "?", ":", "10^", "percent", " million", "Step ", "Question:",
        ];
        var draws = Some.Draws();
        for (var text = 0; text < 5_000; text++)
        {
            var completion = string.Concat(Enumerable.Range(0, 12).Select(_ => draws.Pick(pieces)));
            Assert.NotEmpty(AnswerExtractor.Extract(completion).Reason);
        }
    }

    // 100,000 characters take a few milliseconds where time is linear, and minutes where it is not.
    [Theory]
    [InlineData("7")]
    [InlineData("1 ")]
    [InlineData("1,234,")]
    [InlineData("1.2.")]
    [InlineData("1/2/")]
    [InlineData("#### ")]
    [InlineData("####")]
    [InlineData("#### 1. a\n")]
    [InlineData("#### x 1 ")]
    [InlineData("\\boxed{")]
    [InlineData("\\frac{1")]
    [InlineData("answer ")]
    [InlineData("the answer is not 1 ")]
    [InlineData("answer: 1 + 1 = ")]
    [InlineData("wait, 1 ")]
    [InlineData("wait, ")]
    [InlineData("1 + ")]
    [InlineData("1 = ")]
    [InlineData("= $$$$$")]
    [InlineData("<<1=")]
    [InlineData("(1) 2)")]
    [InlineData("two and ")]
    [InlineData("1? ")]
    [InlineData("1. ")]
    [InlineData("not 1. ")]
    [InlineData("**1")]
    [InlineData("1e9")]
    [InlineData("1-")]
    [InlineData("1\u2009")]
    public void Extract_HugeText_TakesLinearTime(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 100_000 / piece.Length));
        var clock = Stopwatch.StartNew();
        _ = AnswerExtractor.Extract(text);
        _ = HarnessAnswer.Strict(text);
        _ = HarnessAnswer.Flexible(text);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }
}
