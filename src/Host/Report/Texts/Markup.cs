using System.Text;

namespace ActorRlhf.Host.Report.Texts;

/// <summary>Writes HTML and SVG. Whatever is text or the value of an attribute goes through <see cref="VisibleText"/> here and nowhere
/// else.</summary>
sealed class Markup
{
    readonly StringBuilder _written = new();

    /// <summary>Begins an element; attributes without a value are left out.</summary>
    public Markup Open(string tag, params ReadOnlySpan<(string Name, string? Value)> attributes) => Tag(tag, ">", attributes);

    /// <summary>Ends one.</summary>
    public Markup Close(string tag) => Raw($"</{tag}>");

    /// <summary>An element without content.</summary>
    public Markup Empty(string tag, params ReadOnlySpan<(string Name, string? Value)> attributes) => Tag(tag, "/>", attributes);

    /// <summary>An element with a text.</summary>
    public Markup Element(string tag, string text, params ReadOnlySpan<(string Name, string? Value)> attributes) =>
        Tag(tag, ">", attributes).Text(text).Close(tag);

    /// <summary>A text.</summary>
    public Markup Text(string text) => Raw(VisibleText.Html(text));

    /// <summary>A line ends; what is compared line by line has short ones.</summary>
    public Markup Line() => Raw("\n");

    /// <summary>Markup that this program's own files hold; never a text that somebody else wrote.</summary>
    public Markup Raw(string markup)
    {
        _written.Append(markup);
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => _written.ToString();

    Markup Tag(string tag, string end, ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        _written.Append('<').Append(tag);
        foreach (var (name, value) in attributes)
            if (value is not null) _written.Append(' ').Append(name).Append("=\"").Append(VisibleText.Html(value)).Append('"');
        return Raw(end);
    }
}
