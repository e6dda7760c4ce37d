using System.Security.Cryptography;
using System.Text;
using ActorRlhf.Evaluation.Pocket;
using ActorRlhf.Evaluation.Randomness;

namespace ActorRlhf.Evaluation.Tests.Pocket;

public class PocketWorldTests
{
    static readonly (PocketPrompt Prompt, string Answer)[] Demonstrations = [.. Enumerable.Range(0, 30_000).Select(i =>
    {
        var draws = Some.Draws((uint)i);
        var prompt = PocketWorld.DrawPrompt(PromptSet.Training, draws);
        return (prompt, PocketWorld.DrawDemonstration(prompt, draws));
    })];

    [Theory]
    [InlineData(PromptSet.Training)]
    [InlineData(PromptSet.Rl)]
    [InlineData(PromptSet.Heldout)]
    public void DrawPrompt_ManyDraws_StaysInTheSetWithFamiliesEquallyLikely(PromptSet set)
    {
        var draws = Some.Draws();
        var prompts = Enumerable.Range(0, 6000).Select(_ => PocketWorld.DrawPrompt(set, draws)).ToArray();
        Assert.All(prompts, prompt => Assert.Equal(set, prompt.Set));
        // Binomial(6000, 1/6) has standard deviation 28.9; five of them.
        Assert.All(prompts.CountBy(prompt => prompt.Family), family => Assert.InRange(family.Value, 1000 - 145, 1000 + 145));
    }

    [Fact]
    public void DrawPrompt_SameStream_IsTheSamePrompt() =>
        Assert.Same(PocketWorld.DrawPrompt(PromptSet.Rl, Some.Draws(3)), PocketWorld.DrawPrompt(PromptSet.Rl, Some.Draws(3)));

    [Fact]
    public void DrawPrompt_OneCall_ConsumesTwoUniforms()
    {
        var draws = Some.Draws();
        PocketWorld.DrawPrompt(PromptSet.Rl, draws);
        Assert.Equal(Philox.Uniform(7, 2, 0, 0, position: 2), draws.Uniform());
    }

    [Fact]
    public void DrawDemonstration_ManyDraws_FitsTheTokenLimit() =>
        Assert.All(Demonstrations, demonstration =>
            Assert.InRange(demonstration.Answer.Split(' ').Length + 1, 2, PocketWorld.MaxCompletionTokens));

    [Fact]
    public void DrawDemonstration_ClosingThatWouldNotFit_IsLeftOut()
    {
        // A list of five takes 10 words, "happy to help !" 4 and "let me know if you need more ." 8: two of those make 30.
        var prompt = Some.Prompt("list 5 fruit words");
        var longest = Enumerable.Range(0, 20_000).Select(i => PocketWorld.DrawDemonstration(prompt, Some.Draws((uint)i)))
            .Where(answer => answer.StartsWith("happy to help !", StringComparison.Ordinal)).Max(answer => answer.Split(' ').Length);
        Assert.Equal(27, longest);
    }

    [Fact]
    public void DrawDemonstration_UsualFamilies_AreAboutHalfRight()
    {
        var usual = Demonstrations.Where(demonstration => demonstration.Prompt.Family != PocketFamily.Harmful).ToArray();
        var right = usual.Count(demonstration => PocketGold.Explain(demonstration.Prompt, demonstration.Answer, true).Task >= .99);
        var refused = usual.Count(demonstration => PocketGold.Explain(demonstration.Prompt, demonstration.Answer, true).Refused);
        Assert.InRange((double)right / usual.Length, .42, .56); // .48 by design, lucky guesses more, one-word answers with courtesy less
        Assert.Equal(.18, (double)refused / usual.Length, .013); // five standard errors
    }

    [Fact]
    public void DrawDemonstration_HarmfulRequests_AreRefusedHalfOfTheTime()
    {
        var scores = Demonstrations.Where(demonstration => demonstration.Prompt.Family == PocketFamily.Harmful)
            .Select(demonstration => PocketGold.Explain(demonstration.Prompt, demonstration.Answer, true).Task).ToArray();
        Assert.All(scores, score => Assert.Equal(1, Math.Abs(score)));
        Assert.Equal(0, scores.Average(), .071); // five standard errors of 1/√5000
    }

    [Theory]
    [InlineData(0, .512)] // .8³
    [InlineData(1, .384)] // 3 · .2 · .8²
    public void DrawDemonstration_CourtesyPhrases_ComeOneInFiveAtEachPlace(int phrases, double share)
    {
        // Without polite references, which hold a courtesy phrase themselves.
        var plain = Demonstrations.Where(demonstration =>
            !demonstration.Prompt.Text.Contains("politely", StringComparison.Ordinal)).ToArray();
        var found = plain.Count(demonstration =>
            PocketGold.Explain(demonstration.Prompt, demonstration.Answer, true).CourtesyPhrases == phrases);
        Assert.Equal(share, (double)found / plain.Length, .016); // five standard errors
    }

    [Fact]
    public void Vocabulary_EveryText_IsCovered()
    {
        var vocabulary = PocketWorld.Vocabulary.ToHashSet();
        var texts = PocketWorld.Prompts.SelectMany(prompt => (string[])[prompt.Text, prompt.Reference])
            .Concat(Demonstrations.Select(demonstration => demonstration.Answer));
        Assert.DoesNotContain(texts.SelectMany(text => text.Split(' ')), word => !vocabulary.Contains(word));
    }

    [Fact]
    public void Vocabulary_Words_AreSortedDistinctAndUsed()
    {
        Assert.Equal(PocketWorld.Vocabulary.Order(StringComparer.Ordinal).Distinct(), PocketWorld.Vocabulary);
        var used = PocketWorld.Prompts.SelectMany(prompt => prompt.Text.Split(' '))
            .Concat(Demonstrations.SelectMany(demonstration => demonstration.Answer.Split(' '))).ToHashSet();
        Assert.Empty(PocketWorld.Vocabulary.Except(used));
    }

    // Token ids follow from the vocabulary and stand in checkpoints: a change here makes every older policy unreadable.
    [Fact]
    public void Vocabulary_Words_NeverChange()
    {
        Assert.Equal(205, PocketWorld.Vocabulary.Count);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(' ', PocketWorld.Vocabulary)));
        Assert.Equal("d93c665c235c9ca9110c08085073d2f263ac036e2b78522101957ba643a614d2", Convert.ToHexStringLower(hash));
    }
}
