using ActorRlhf.Host.Report.Content;
using ActorRlhf.Host.Report.Texts;

namespace ActorRlhf.Host.Tests.Report;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("plain, 1 < 2 & 'so'", "plain, 1 &lt; 2 &amp; &#39;so&#39;")]
    [InlineData("größer 中文 😀", "größer 中文 😀")]
    [InlineData("a\r\nb\tc\rd", "a\nb\tc⟨U+000D⟩d")]
    [InlineData("\u202Ex\u200D\uFE0F\uFEFF", "⟨U+202E⟩x⟨U+200D⟩⟨U+FE0F⟩⟨U+FEFF⟩")]
    [InlineData("\uDB40\uDC41", "⟨U+E0041⟩")]
    public void Html_AnyText_IsSeenAndInert(string text, string expected) => Assert.Equal(expected, VisibleText.Html(text));

    [Fact]
    public void Html_HalfOfAPair_IsItsCode() => Assert.Equal("a⟨U+D83D⟩b", VisibleText.Html("a\uD83Db"));  // an attribute cannot hold one

    [Fact]
    public void Cut_WithinAPair_LeavesThePairWhole() => Assert.Equal("ab… (3 more characters)", VisibleText.Cut("ab😀c", 3));

    [Fact]
    public void WordChanges_WordsThatComeAndGo_MarkWhatIsNew() => Assert.Equal(
        [("a ", false), ("x ", true), ("c ", false), ("d", true)], WordChanges.Of("a b c", "a x c d"));

    [Fact]
    public void WordChanges_EqualTexts_MarkNothing() => Assert.Equal([("a b", false)], WordChanges.Of("a b", "a b"));
}
