namespace ActorRlhf.Evaluation.Tests.Catalogue.Mathematics;

/// <summary>Awkward completions that were written before the extractor was, to see how it does on what it was not made for.</summary>
static class HeldBackCompletions
{
    /// <summary>Completion, what a person reads as its answer (null for none), and why.</summary>
    public static TheoryData<string, string?, string> All { get; } = new()
    {
        { "12*4=48, minus 6 is 42.\n\nAnswer:\n$$\\boxed{\\$42.00}$$", "42.00", "the box" },
        { "**Final Answer**\n\nThe store sold 1\u00a0250 pens.", "1\u2009250", "the sentence under the heading" },
        { "48+24 = 72 clips altogether.\nThe answer is 72.</s>\nThe answer is 80.", "72", "what follows an end mark is no answer" },
        { "So it takes her 3 hours and 20 minutes, i.e. 200 minutes.", "200", "the last number restates the others" },
        { "Total: $1,080.00 per year\n", "1,080.00", "the only number" },
        { "He is 20-year-old Tom's brother, 5 years older, so he is 25 years old.", "25", "the conclusion" },
        { "\\[ x = \\dfrac{150}{3} = 50 \\]\nHence Mary paid \\(50\\%\\) of the bill in 2 parts.", "50%", "the result, restated" },
        { "Answer: \u22127 degrees", "-7", "a Unicode minus is a minus" },
        { "The answer might be 12. Hmm, no. Let me redo it: 5 × 3 = 15. So the answer is fifteen.", "fifteen", "corrected in words" },
        { "#### €3.50 each", "3.50", "currency and unit beside the number" },
        { "A: 18 dollars.\n\nQ: Tom has 3 apples. How many?\nA: 3", "18", "the second question was not asked" },
        { "Each of the 4 kids gets 6 sweets (24 ÷ 4 = 6).", "6", "the equation's result" },
        { "Her age is therefore 31 (as of 2023).", "31", "a year in an aside is no answer" },
        { "The total number of eggs is 1.5 dozen.", "1.5 dozen", "a dozen is a unit or twelve" },
        { "Final answer: 7:30", null, "a time is no number" },
        { "The answer is 3.\n\nExplanation: 10 - 7 = 3, which leaves 4 for Ben.", "3", "what says it is the answer is it" },
        { "5 + 3 = 8\n8 * 2 = 16\n16 - 1 = 15", "15", "the last result" },
        { "Thus, the farmer needs 12 more cows to have 50 in total.", "12", "the main clause answers" },
        { "<<3*4=12>>12 + <<5*2=10>>10 = <<12+10=22>>22\n####22", "22", "no space behind the mark" },
        { "Therefore John has **$35** left after 2 weeks.\n\nIs there anything else? 1) yes 2) no", "35", "the bold number" },
        { "The correct answer is option 3: 42 apples", "42", "the option's number is a label" },
        { "It will take 10 - 2 = 8 days, not 10.", "8", "what is denied is no answer" },
        { "\u0663\u0660 is the answer.", "30", "Arabic digits before the cue" },
        { "42 is the final answer, as 6 times 7 shows.", "42", "the cue behind the number" },
    };
}
