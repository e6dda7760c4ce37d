using ActorRlhf.Models.Data;
using ActorRlhf.Models.Tests.Files;
using ActorRlhf.Models.Tokenizers;

namespace ActorRlhf.Models.Tests.Data;

public class PromptTruncationTests
{
    static readonly WordTokenizer s_tokenizer = new(["a", "b", "c", "d"]); // ids 4 to 7; BOS 1, SEP 2, EOS 3

    static TruncatedDialogues Apply(
        TruncationRule rule, int maxPrompt, int maxCompletion, params (string Prompt, string Chosen, string Rejected)[] dialogues) =>
        PromptTruncation.Apply(dialogues.Select(texts => new PreferenceDialogue(texts.Prompt, texts.Prompt, texts.Chosen, texts.Rejected)),
            s_tokenizer, rule, maxPrompt, maxCompletion);

    [Fact]
    public void Apply_WithinTheLimits_TouchesNothing()
    {
        var result = Apply(TruncationRule.KeepLast, 4, 3, ("a b", "c d", ""));
        Assert.Equal((0, 0, 0), (result.PromptsShortened, result.DialoguesSkipped, result.CompletionsCut));
        var dialogue = Assert.Single(result.Dialogues);
        Assert.Equal([1, 4, 5, 2], dialogue.PromptIds);
        Assert.Equal([6, 7, 3], dialogue.ChosenIds);
        Assert.Equal([3], dialogue.RejectedIds);
    }

    [Fact]
    public void Apply_KeepLast_DropsTheOldestTokensBehindBos()
    {
        var result = Apply(TruncationRule.KeepLast, 4, 9, ("a b c d", "a", "b"), ("a b", "a", "b"));
        Assert.Equal([1, 6, 7, 2], result.Dialogues[0].PromptIds);
        Assert.Equal((2, 1, 0), (result.Dialogues.Count, result.PromptsShortened, result.DialoguesSkipped));
    }

    [Fact]
    public void Apply_KeepLastWithoutBos_DropsTheOldestTokens()
    {
        using var folder = new TemporaryFolder();
        folder.Write("tokenizer.model", Tokenizers.PieceFile.Of("▁abcd").ToBytes()); // ids 3 to 7
        folder.Write("tokenizer_config.json", """{"add_bos_token":false}""");
        var tokenizer = TokenizerFolder.Load(folder.Path);
        var result = PromptTruncation.Apply([new PreferenceDialogue("", "abcd", "a", "b")], tokenizer, TruncationRule.KeepLast, 3, 9);
        Assert.Equal([5, 6, 7], result.Dialogues[0].PromptIds);
    }

    [Fact]
    public void Apply_Skip_LeavesTheDialogueOutAndCountsIt()
    {
        var result = Apply(TruncationRule.Skip, 4, 1, ("a b c", "a b", "b c"), ("a b", "", ""));
        Assert.Equal("a b", Assert.Single(result.Dialogues).Source.Prompt);
        Assert.Equal((0, 1, 0), (result.PromptsShortened, result.DialoguesSkipped, result.CompletionsCut));
    }

    [Fact]
    public void Apply_LongAnswers_AreCutWithoutEosAndCounted()
    {
        var result = Apply(TruncationRule.Skip, 9, 2, ("a", "a b", "a b c"), ("b", "a", "a b"));
        Assert.Equal([4, 5], result.Dialogues[0].ChosenIds); // two words and EOS are three tokens
        Assert.Equal([4, 5], result.Dialogues[0].RejectedIds);
        Assert.Equal([4, 3], result.Dialogues[1].ChosenIds);
        Assert.Equal(3, result.CompletionsCut);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 0)]
    public void Apply_LimitTooSmall_IsRefused(int maxPrompt, int maxCompletion) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Apply(TruncationRule.Skip, maxPrompt, maxCompletion));

    [RealDataFact]
    public void Apply_RealSample_StaysWithinTheLimits()
    {
        var dialogues = HhRlhf.Read(RealData.Preferences).Dialogues;
        var tokenizer = SentencePieceTokenizer.Load(Path.Combine(RealData.Stories, "tokenizer.model"));
        var kept = PromptTruncation.Apply(dialogues, tokenizer, TruncationRule.KeepLast, 256, 128);
        var skipped = PromptTruncation.Apply(dialogues, tokenizer, TruncationRule.Skip, 256, 128);
        Assert.Equal(1200, kept.Dialogues.Count);
        Assert.Equal(kept.PromptsShortened, skipped.DialoguesSkipped);
        Assert.Equal(1200 - skipped.DialoguesSkipped, skipped.Dialogues.Count);
        Assert.InRange(kept.PromptsShortened, 1, 1199);
        Assert.All(kept.Dialogues, dialogue =>
        {
            Assert.InRange(dialogue.PromptIds.Length, 2, 256);
            Assert.Equal(tokenizer.BosTokenId, dialogue.PromptIds[0]);
            Assert.InRange(dialogue.ChosenIds.Length, 1, 128);
        });
        Assert.EndsWith("Assistant:", tokenizer.Decode(kept.Dialogues[0].PromptIds));
    }
}
