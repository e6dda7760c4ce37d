using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Tests.Display;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData("plain text, naïve ⟶ 😀 \u05D0", "plain text, naïve ⟶ 😀 \u05D0")]
    [InlineData("two\nlines\tand a tab", "two\nlines\tand a tab")]
    [InlineData("\u001B[31mred\u001B[0m", "red")]
    [InlineData("\u001B[2J\u001B[1;1Hcleared", "cleared")]
    [InlineData("\u009B31mone byte", "one byte")]
    [InlineData("\u001B]0;title\u0007after", "after")]
    [InlineData("\u001B]8;;http://x\u001B\\link\u001B]8;;\u001B\\", "link")]
    [InlineData("\u001BP1$r\u001B\\done", "done")]
    [InlineData("\u001B]0;never ended", "]0;never ended")]
    [InlineData("\u001B(0lqk\u001Bc", "lqk")]
    [InlineData("a\rb\bc\0d\u007Fe\u0085f", "abcdef")]
    [InlineData("\u202Etxt.exe\u2066x\u2069", "txt.exex")]
    [InlineData("line\u2028separator", "lineseparator")]
    public void Of_Text_KeepsOnlyWhatIsHarmless(string text, string expected) => Assert.Equal(expected, SafeText.Of(text));

    [Fact]
    public void Of_NestedSequences_LeavesNothingThatATerminalObeys()
    {
        // Taking one sequence out must not put another together.
        var text = SafeText.Of("\u001B\u001B[31m[31m\u001B[\u001B]x\u0007m\u001B");
        Assert.DoesNotContain(text, c => char.IsControl(c));
    }

    [Fact]
    public void Of_ManyUnfinishedSequences_TakesLinearTime()
    {
        // Quadratic work on this would take minutes.
        var text = string.Concat(Enumerable.Repeat("\u001B]\u009D\u001B[", 300_000));
        Assert.DoesNotContain(SafeText.Of(text), c => char.IsControl(c));
    }
}
