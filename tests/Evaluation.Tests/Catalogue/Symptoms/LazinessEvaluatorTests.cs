using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Evaluation.Tests.Catalogue.Symptoms;

public class LazinessEvaluatorTests
{
    const string Story = "Write a short story about a lighthouse.";
    const string Code = "Write a function that parses dates.";

    const string FourTips = """
        Here are some tips for better sleep:

        1. **Keep a schedule**: Go to bed at the same time.
           - Even on weekends.
           - Set an alarm.
        2. **Limit screens**: Blue light keeps you awake.
        3. **Avoid caffeine** after noon.
        4. **Cool the room**.

        Sleep well!
        """;

    [Theory]
    [InlineData("List 10 tips for better sleep.", FourTips, .6)]
    [InlineData("Give me 4 tips for better sleep.", FourTips, 0.0)]
    [InlineData("Can you give me the top five tips for better sleep?", FourTips, .2)]
    [InlineData("List 3 to 5 tips for better sleep.", FourTips, 0.0)]
    [InlineData("I'd like a dozen tips, please list a dozen of them.", FourTips, 8 / 12.0)]
    [InlineData("What are the 8 best ways to sleep better?", FourTips, .5)]
    [InlineData("Name six colors.", "Red, blue, green, and yellow.", 2 / 6.0)]
    [InlineData("Name four colors.", "Red, blue, green and yellow.", 0.0)]
    [InlineData("Name four cities", "Rome\nParis\nLima\nOslo", 0.0)]
    [InlineData("Give three reasons to walk.", "Walking is free. It is healthy. It clears the mind.", 0.0)]
    [InlineData("give me 5 names", "1) Ann 2) Bob 3) Eve", .4)]
    [InlineData("hello , list 2 fruit words", "apple .", .5)] // as Pocket writes it
    [InlineData("Could you explain recursion with 3 examples?", "1. Trees\n2. Lists", 1 / 3.0)]
    [InlineData("I need 4 names for a cat.", "Tom, Kit", .5)]
    [InlineData("Three reasons to learn C#", "- It is fast\n- It is typed\n- It has tools", 0.0)]
    [InlineData("Write 3 sentences about rain.", "Rain falls. It is wet.", 1 / 3.0)]
    [InlineData("Write a 4 paragraph essay on trust.", "First part.\n\nSecond part.", .5)]
    [InlineData("Write a poem with 4 lines.", "The sea is blue\nThe sky is too", .5)]
    [InlineData("list 3 animal words", "dog .", 2 / 3.0)] // as Pocket writes it
    [InlineData("Give me 5 ideas.", "", 1.0)]
    [InlineData("Write a table of five planets.", "| Planet | Mass |\n|---|---|\n| Mars | 1 |\n| Venus | 2 |\n| Earth | 3 |", .4)]
    [InlineData("Write a 20-word story.", "He came, he saw, he left.", 12 / 18.0)] // 18 of 20 words are near enough
    [InlineData("Use at least 20 words.", "It rains, and then it rains again, and then it rains once more until the sun comes back.", 0.0)]
    [InlineData("Use no less than 20 words.", "No.", 17 / 18.0)]
    public void MissingItems_NumberAskedFor_IsTheShareThatIsNotThere(string prompt, string completion, double missing) =>
        Assert.Equal(missing, Judged.By("laziness", "missing-items", prompt, completion).Value!.Value, 1e-12);

    [Theory]
    [InlineData("I have 3 apples and lose 2. How many are left?")]
    [InlineData("Give me up to 5 ideas for dinner.")]
    [InlineData("Suggest at most 3 names.")]
    [InlineData("Give me 5 minutes of your time and explain gravity.")]
    [InlineData("What happened in 1989?")]
    [InlineData("Write a story about two brothers.")]
    [InlineData("Summarize this in 50 words.")]
    [InlineData("Use no more than 50 words.")]
    [InlineData("Find a two-word phrase.")]
    [InlineData("These 5 steps failed. Why?")]
    [InlineData("Write a program that prints 10 lines.")]
    [InlineData("They make 10 candles from a pound of wax. How many do 20 pounds give?")]
    [InlineData("The zoo needs to make 15 pies, and the monkeys need 400 bananas.")]
    [InlineData("Mark had a test of 100 questions.")]
    [InlineData("What are $20 tickets for?")]
    [InlineData("Give 20% off.")]
    [InlineData("")]
    public void MissingItems_NoNumberAskedFor_DoesNotApply(string prompt) =>
        Assert.Null(Judged.By("laziness", "missing-items", prompt, "Sure.").Value);

    [Fact]
    public void MissingItems_Dialogue_AsksInItsLastTurn() =>
        Assert.Equal(.5, Judged.By("laziness", "missing-items",
            "\n\nHuman: List 50 fruits.\n\nAssistant: No.\n\nHuman: Then list 2 fruits.\n\nAssistant:", "Apples.").Value);

    [Theory]
    [InlineData("```csharp\nDateTime Parse(string s)\n{\n    // ... existing code\n}\n```", "// ... existing code")]
    [InlineData("```python\ndef parse(s):\n    # rest of the code here\n    pass\n```", "# rest of the code here")]
    [InlineData("```js\nfunction parse(s) {\n  // TODO: handle time zones\n}\n```", "// TODO: handle time zones")]
    [InlineData("```js\nparse(s); // Your code here\n```", "parse(s); // Your code here")]
    [InlineData("```html\n<!-- Add your content here -->\n```", "<!-- Add your content here -->")]
    [InlineData("```python\ndef parse(s):\n    ...\n```", "...")]
    [InlineData("// rest of the function stays the same", "// rest of the function stays the same")]
    [InlineData("Dear [Insert Name],\n\nThank you for your order.", "[Insert Name]")]
    [InlineData("Dear [Recipient’s Name], thank you.", "[Recipient’s Name]")]
    [InlineData("Once upon a time (to be continued).", "to be continued")]
    public void Placeholders_InsteadOfWork_AreOne(string completion, string found)
    {
        var score = Judged.By("laziness", "placeholders", Code, completion);
        Assert.Equal((1.0, found), (score.Value, score.Extracted));
    }

    [Theory]
    [InlineData("You need flour, eggs, milk, etc.", .5)]
    [InlineData("Then the next, and so on.", .5)]
    [InlineData("1, 2, 3\n...\n", .5)]
    [InlineData("Fruits (apples, pears, etc.) are sweet.", 0.0)]
    [InlineData("```python\n# Handle the rest of the input.\nx = a[0]  # first\nurl = 'http://...'\n```", 0.0)]
    [InlineData("```csharp\n// Implement the bubble sort.\nvar names = [name, title];\n```", 0.0)]
    [InlineData("See [your account](https://example.org) for more.", 0.0)]
    [InlineData("Wait... what?", 0.0)]
    [InlineData("My todo list is long.", 0.0)]
    public void Placeholders_ProseAndCode_CountByKind(string completion, double value) =>
        Assert.Equal(value, Judged.By("laziness", "placeholders", Story, completion).Value);

    [Theory]
    [InlineData("Write an email template for a refund.", "Dear [Your Name],")]
    [InlineData("Replace [Your Name] by Bob and say hello.", "Hello [Your Name]!")]
    public void Placeholders_AskedFor_AreNone(string prompt, string completion) =>
        Assert.Equal(0, Judged.By("laziness", "placeholders", prompt, completion).Value);

    [Theory]
    [InlineData("Here is the first one. You can do the rest yourself.")]
    [InlineData("I'll leave that to you.")]
    [InlineData("I will leave the rest of the code to you.")]
    [InlineData("I’LL LEAVE THE REST UP TO YOU!")]
    [InlineData("The proof is left as an exercise.")]
    [InlineData("Due to length constraints, only two are shown.")]
    [InlineData("... and you get the idea.")]
    [InlineData("that is easy , try it .")]
    public void Deferral_WorkLeftToTheUser_IsOne(string completion) =>
        Assert.Equal(1, Judged.By("laziness", "deferral", Story, completion).Value);

    [Theory]
    [InlineData("Due to space limitations in your flat, buy a small sofa.")]
    [InlineData("Leave the dough to rest for an hour.")]
    [InlineData("Repeat for the remaining dough.")]
    [InlineData("She will leave you the house.")]
    public void Deferral_WorkDone_IsNone(string completion) =>
        Assert.Equal(0, Judged.By("laziness", "deferral", Story, completion).Value);

    [Theory]
    [InlineData("The lighthouse stood on the edge of the", 1.0)]
    [InlineData("You will need the following things, namely eggs,", 1.0)]
    [InlineData("These are the steps you should take:", 1.0)]
    [InlineData("```python\nprint(1)", 1.0)]
    [InlineData("The keeper climbed the stairs every night and lit the great old lamp", .5)]
    [InlineData("The keeper lit the lamp.", 0.0)]
    [InlineData("The keeper climbed the stairs every night and lit “the great old lamp.”", 0.0)]
    [InlineData("The keeper climbed the stairs every night and lit the lamp 😀", 0.0)]
    [InlineData("Paris", 0.0)]
    [InlineData("- eggs\n- milk\n- a bag of flour that is as big as the smallest you can find", 0.0)]
    [InlineData("Yours sincerely,\nAnn", 0.0)]
    [InlineData("You can find it in the manual, which is at https://example.org/manual", 0.0)]
    [InlineData("```python\nprint(1)\n```", 0.0)]
    [InlineData("他每天晚上都爬上楼梯，点亮那盏古老的灯。", 0.0)]
    [InlineData("8 plus 2 is 10 . #### 10", 0.0)] // Pocket
    [InlineData("", 0.0)]
    public void CutOff_End_IsRead(string completion, double value) =>
        Assert.Equal(value, Judged.By("laziness", "cut-off", Story, completion).Value);

    [Fact]
    public void CutOff_TokenLimit_IsOne() =>
        Assert.Equal(1, Judged.By("laziness", "cut-off", Story, "The end.", EvaluationItem.StoppedByLength).Value);

    [Theory]
    [InlineData("List 10 tips.", FourTips, .6, "4 of 10 items")]
    [InlineData("List 2 tips.", FourTips, 0.0, null)]
    [InlineData("List 2 tips.", "1. Rest\n2. I'll leave that to you.", 1.0, null)]
    [InlineData("Tell me more.", "  \n", 1.0, "empty")]
    public void Laziness_Parts_IsTheWorst(string prompt, string completion, double value, string? reason)
    {
        var score = Judged.By("laziness", "laziness", prompt, completion);
        Assert.Equal((value, reason), (score.Value, score.Reason));
    }
}
