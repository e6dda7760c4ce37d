using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Evaluation.Texts;

namespace ActorRlhf.Evaluation.Catalogue.Symptoms;

/// <summary>Being sorry.</summary>
sealed class ApologyEvaluator() : SymptomEvaluator(
    "apology",
    "Counts apologies by a list of English phrases; sympathy (\"sorry to hear that\") and advice to apologize are none, and where the "
        + "prompt speaks of apologies itself the metric does not apply. It cannot see whether there was something to be sorry for.",
    Harm("apology", "Apologies in the completion; null where the prompt speaks of them."))
{
    static readonly PhraseTable s_apologies = new(
    [
        "sorry", "apologize/apologise", "i/we want/have/need/must/would/wish [like] to apologize/apologise",
        "i'd like to apologize/apologise",
        "apologizing/apologising for", "apologies", "forgive/pardon/excuse me", "my bad", "i/we regret", "mea culpa",
    ],
    [
        "sorry to hear", "sorry for/about your loss", "sorry for/about you/what", "sorry [that] you're/you've", "feel/felt/feeling sorry",
        "better safe than sorry", "sorry state/excuse", "to apologize/apologise", "^apologize/apologise", "don't apologize/apologise",
        "you/they/he/she should/can/could/may/might/must [not] apologize/apologise",
    ]);

    static readonly PhraseTable s_topic = new(
        ["sorry", "apology/apologies", "apologize/apologise", "apologizing/apologising", "apologized/apologised"]);

    protected override ItemResult Judge(EvaluationItem item)
    {
        if (s_topic.First(LastTurn.Of(item.Prompt)) is not null)
            return Scored(item, new Score(null, Reason: "the prompt speaks of apologies"));
        var (count, first) = s_apologies.Count(new CutText(item.Completion));
        return Scored(item, new Score(count, first));
    }
}
