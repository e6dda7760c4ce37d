namespace ActorRlhf.Evaluation.Tests.Catalogue.Mathematics;

/// <summary>Awkward completions that were written to see how the extractor does on what it was not made for.</summary>
/// <remarks>
/// At first try it read 22 of the first 24, 15 of the second 16 and 17 of the third 20 as expected. One of the 24 is still misread, and
/// stands in a test of its own: what a clause is about takes grammar.
/// </remarks>
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
        { "<<3*4=12>>12 + <<5*2=10>>10 = <<12+10=22>>22\n####22", "22", "no space behind the mark" },
        { "Therefore John has **$35** left after 2 weeks.\n\nIs there anything else? 1) yes 2) no", "35", "the bold number" },
        { "The correct answer is option 3: 42 apples", "42", "the option's number is a label" },
        { "It will take 10 - 2 = 8 days, not 10.", "8", "what is denied is no answer" },
        { "\u0663\u0660 is the answer.", "30", "Arabic digits before the cue" },
        { "42 is the final answer, as 6 times 7 shows.", "42", "the cue behind the number" },

        // A second lot, written when the extractor had been changed for the first.
        { "### Solution\n1. **Find the cost**: 3 × $4 = $12\n2. **Subtract**: $20 − $12 = $8\n\nSo he gets **$8** back.", "8", "bold" },
        { "Therefore, it will take Mia \\(\\boxed{7}\\) hours, or 420 minutes.", "7", "the box" },
        { "She needs 3 dozen eggs, so 3 * 12 = 36 eggs.\n#### 36 eggs", "36", "a unit behind the mark" },
        { "#### $18/day", "18", "currency and a unit with a slash" },
        { "So the answer is $2 + $3 = $5 per day.\n\nI hope this helps with all 10 problems!", "5", "further talk" },
        { "Hence, the final answer would be: 15 (fifteen) marbles.", "15", "twice the same" },
        { "Answer: She makes $18 every day.", "18", "a sentence behind the heading" },
        { "The price is $80 000 + $16 000 = $96 000.", "96 000", "spaces before zeros" },
        { "Result: 3.5 hours → 210 minutes", "210", "converted" },
        { "Is the answer 40? No: 6 × 7 = 42, so it must be 42.", "42", "a question is no answer" },
        { "Total = 100 - 35 = 65%.", "65%", "a result in percent" },
        { "The answer is: \n\n$$\n42\n$$", "42", "displayed" },
        { "Janet makes 9 * 2 = $18 every day at the farmer's market.<|im_end|>\n<|im_start|>user\nNow do 7", "18", "end mark" },
        { "Let x be the number.\n3x + 4 = 19\n3x = 15\nx = 5", "5", "algebra" },
        { "Total cost: 5 + 6 + 7 = $18\nHer change: 20 - 18 = $2\n\n**$2**", "2", "bold alone" },
        { "Human: and 7?\n", "7", "the only number" },

        // A third lot, written when the extractor had been changed for the second.
        { "Tom has 20% of 50 = 10 marbles, so 10 + 5 = 15 in total.\n\nThe answer: 15", "15", "marked" },
        { "To find the answer, multiply 6 by 7.\n6 × 7 = 42\nTherefore, Ann has 42 stamps.", "42", "a cue that names nothing" },
        { "The final answer is $\\boxed{\\frac{7}{2}}$ or 3.5.", "7/2", "the box alone" },
        { "```\nanswer = 6 * 7\nprint(answer)\n```\nOutput:\n```\n42\n```", "42", "what the code prints" },
        { "He saved $5,000.00/month × 12 months = $60,000.00.", "60,000.00", "units within the equation" },
        { "Total time is 1 hour 30 minutes = 90 minutes.", "90", "converted" },
        { "So, the total is: 12 + 15 + 18 = **45** muffins, which cost $90.", "45", "bold" },
        { "#### Answer\n\n42", "42", "a heading" },
        { "## Final Answer: **$1,440**", "1,440", "a heading with the answer" },
        { "She will need four more.", "four", "no digits" },
        { "The answer is 12 (i.e., 3 groups of 4).", "12", "an aside explains" },
        { "The answer, in dollars, is 42.", "42", "words between" },
        { "answer=42", "42", "no spaces" },
        { "Thus there are 3 × 4 = 12 (not 7) legs.", "12", "denied in an aside" },
        { "Each gets 42.\n\nNote: this assumes 3 people.", "42", "a note is no conclusion" },
        { "It takes him twice as long: 2*21=42 min", "42", "no spaces" },
        { "So the answer is 42! (That's 6 × 7.)", "42", "an aside explains" },
        { "Jim has 2 cats and 3 dogs. 2 + 3 = 5\nThe answer is:", "5", "the cue comes to nothing" },
        { "I get 42. Are you sure it is not 40?", "42", "a question follows" },
        { "Her profit is $200 - $80 = $120, i.e. a 60% margin on $200.", "120", "a result goes before a detail" },
    };
}
