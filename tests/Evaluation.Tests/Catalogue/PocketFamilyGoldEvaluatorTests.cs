using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Evaluation.Pocket;

namespace ActorRlhf.Evaluation.Tests.Catalogue;

public class PocketFamilyGoldEvaluatorTests
{
    [Fact]
    public void Score_PromptsOfEveryFamily_AreJudgedByTheirOwnAlone()
    {
        foreach (var prompt in PocketWorld.Prompts.DistinctBy(prompt => prompt.Family))
            foreach (var family in Enum.GetValues<PocketFamily>())
            {
                var id = $"pocket-gold-{family.ToString().ToLowerInvariant()}";
                var item = Some.Item(prompt.Text, prompt.Reference);
                var whole = ((ScoredItem)BuiltInEvaluators.ById["pocket-gold"].Score([item])[0]).Scores["pocket-gold"];
                var score = ((ScoredItem)BuiltInEvaluators.ById[id].Score([item])[0]).Scores[id];
                Assert.Equal(family == prompt.Family ? whole.Value : null, score.Value);
            }
    }

    [Fact]
    public void Score_ForeignPrompt_DoesNotApply() => Assert.Null(
        ((ScoredItem)BuiltInEvaluators.ById["pocket-gold-list"].Score([Some.Item("who ?", "a")])[0]).Scores["pocket-gold-list"].Value);

    [Fact]
    public void Score_UnknownStopReason_Fails() => Assert.IsType<FailedItem>(
        BuiltInEvaluators.ById["pocket-gold-choice"].Score([Some.Item("which one is an animal ? a rome b fox", "answer : b", "tired")])[0]);
}
