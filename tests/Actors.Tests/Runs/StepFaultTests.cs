using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Tests.Runs;

public sealed class StepFaultTests
{
    [Theory]
    [InlineData("stopReasons (no completion ended with EOS)", "no completion ended with EOS")]
    [InlineData("completions (empty)", "a completion was empty")]
    [InlineData("scores (constant)", "all completions had the same score")]
    [InlineData("scores (not finite)", "a score of the reward models was not finite")]
    [InlineData("refLogProbs (not finite)", "a log-prob of the reference was not finite")]
    [InlineData("policyGradient", "the policy's gradient was not finite")]
    [InlineData("logits (not finite)", "logits of the policy were not finite")]
    [InlineData("logits (the logits of request 3 at response position 5 are not finite)",
        "the logits of request 3 at response position 5 are not finite")]
    [InlineData("ofALaterVersion", "ofALaterVersion was not finite")]
    [InlineData("ofALaterVersion (odd)", "ofALaterVersion (odd)")]
    public void Words_TensorOfAnEvent_AreASentence(string tensor, string words) => Assert.Equal(words, StepFault.Words(tensor));

    [Fact]
    public void WordsOfStep_KeepWhatBecameOfIt() =>
        Assert.Equal("rolled back to step 2: a value of the critic was not finite",
            StepFault.WordsOfStep("rolled back to step 2: values (not finite)"));
}
