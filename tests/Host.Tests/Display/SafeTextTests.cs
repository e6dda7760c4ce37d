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
    [InlineData("zero\u200B\u200C\u200D\u2060\uFEFFwidth", "zerowidth")]
    [InlineData("soft\u00ADhyphen", "softhyphen")]
    [InlineData("a\u034F\u115F\u1160\u17B4\u3164\uFFA0\u180Eb", "ab")]
    [InlineData("a\uFE0F\uDB40\uDD00b", "ab")]                       // variation selectors
    [InlineData("a\uDB40\uDC41\uDB40\uDC42\uDB40\uDC7Fb", "ab")]     // tags, in which whole sentences are hidden
    [InlineData("a\u206Ab\uFFF9c\uD834\uDD73d\uD82F\uDCA0e", "abcde")]
    [InlineData("\u0600 \u06DD shown, 𝄞 too", "\u0600 \u06DD shown, 𝄞 too")]
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
