using ActorRlhf.Evaluation.Catalogue.Mathematics;

namespace ActorRlhf.Evaluation.Tests.Catalogue.Mathematics;

public class ExactNumberTests
{
    [Theory]
    [InlineData("18.00", "18", true)]
    [InlineData("18.01", "18", false)]
    [InlineData("018", "18", true)]
    [InlineData("-18", "18", false)]
    [InlineData("-0", "0", true)]
    [InlineData("1,234", "1234", true)]
    [InlineData("1.234.567", "1,234,567", true)]
    [InlineData("12,34,567", "1234567", true)]
    [InlineData("1.234,56", "1234.56", true)]
    [InlineData("1'234", "1234", true)]
    [InlineData("12,50", "12.5", true)]
    [InlineData("0.5", "1/2", true)]
    [InlineData("2/4", "1/2", true)]
    [InlineData("1 1/2", "3/2", true)]
    [InlineData("1 1/2", "1.5", true)]
    [InlineData(".5", "1/2", true)]
    [InlineData("0.3333333333333333", "1/3", false)]
    [InlineData("9007199254740993", "9007199254740992", false)] // equal as doubles
    [InlineData("1e3", "1000", true)]
    [InlineData("25e-1", "2.5", true)]
    [InlineData("1e999999999", "1000", false)] // out of range, so never right
    [InlineData("50%", "50", true)] // a unit
    [InlineData("50", "50%", true)]
    [InlineData("1/2", "50%", true)]
    [InlineData("0.5", "50%", true)]
    [InlineData("0.5%", "50%", false)]
    [InlineData("50%", "1/2", false)] // no percent was asked for
    [InlineData("2 million", "2000000", true)] // a factor ...
    [InlineData("2 million", "2", true)] // ... or a unit
    [InlineData("2 dozen", "24", true)]
    [InlineData("2 dozen", "12", false)]
    [InlineData("3/0", "3", false)]
    public void Answers_TwoNumbers_ComparesExactly(string answer, string reference, bool expected)
    {
        var number = AnswerExtractor.Extract(answer).Number;
        Assert.Equal(expected, number is { } found && found.Answers(Gsm8kReference.Read(reference)!.Value));
    }
}
