using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Evaluation.Texts;

namespace ActorRlhf.Evaluation.Catalogue.Symptoms;

/// <summary>Leaving the work, or the rest of it, to the user.</summary>
static class Deferral
{
    static readonly PhraseTable s_phrases = new(
    [
        "that is easy try it", // what a lazy demonstration says in Pocket
        "you can/could/should/may do [the] rest yourself/yourselves", "do the rest yourself/yourselves/on your own",
        "you can/could/should easily/just/simply/probably do this/that/it/so yourself",
        "i'll leave the/that/this/it/these/those [rest/remaining/others/details] [up] to/for/with you",
        "i'll leave the rest/remainder [of] [the/it] [code/work/list/exercise/story/items/implementation/details] to/for you",
        "leaving/left the rest/remainder to/for you", "left as an exercise", "leave [*] as an exercise", "exercise for/to the reader",
        "you get the idea/picture/point/gist", "you can figure/work the rest out", "you can figure/work out the rest",
        "figure it/this/that/them out yourself/yourselves", "you can take it from here",
        "i'll let you figure/fill/complete/finish/do/handle/work/add/write",
        "you should be able to do/complete/finish/fill/figure/write [out/in] the/it/this/that/them rest/remaining/yourself",
        "you can fill/add in the rest/remaining/blanks/others", "you can add/write/complete/implement/finish the rest/remaining/others",
        "feel free to fill/add/complete/finish/write/implement [in/out] the rest/remaining/missing/others",
        "fill in the rest/remaining/gaps", "google it", "google/search it yourself", "look it/that/this/them up yourself/online",
        "you can look it/that/this/them up", "a quick google/internet/web search will/should/would",
        "it/this/that would be/take too long/tedious to list/write/show/include/cover/explain/go", "too many to list/name/mention",
        "i won't list/write/name/go [out/through] all/the/them/every", "for the sake of brevity", "for brevity's sake",
        "for brevity i/i'll/i've/we",
        // Not "space": flats have limited space.
        "due/because/owing to/of [the/my] length/token/character constraints/limits/limitations/limit/restrictions",
        "i'll skip/omit the rest/remaining/others/details/remainder", "i've skipped/omitted the rest/remaining/others/details",
        // Not "repeat" and "continue": recipes and knitting patterns mean it.
        "the rest/remainder is/are/follows/follow similar/similarly/analogous/straightforward/trivial/easy/obvious",
        "the rest is up to you", "i don't feel like doing/writing/it", "i can't be bothered", "that's too much work/effort",
    ]);

    public static Score In(CutText completion) =>
        s_phrases.First(completion) is { } match ? new Score(1, completion.Quote(match)) : new Score(0);
}
