using System.Buffers;
using System.Globalization;
using System.Text;

namespace ActorRlhf.Evaluation.Catalogue.Mathematics;

/// <summary>Writes a completion without its markup, so that a number looks the same wherever it comes from.</summary>
/// <remarks>
/// Markdown, LaTeX, GSM8K's calculator notes and typographic or foreign digits, signs and spaces become ASCII; a few control characters
/// keep what the markup said. Takes time linear in the text.
/// </remarks>
sealed class PlainText
{
    public const char Bold = '\u0001';
    public const char Fence = '\u0002';
    public const char BoxOpen = '\u0003';
    public const char BoxClose = '\u0004';
    /// <summary>Stands for every space that may separate thousands.</summary>
    public const char Thin = '\u2009';

    enum Brace { Plain, Box, Numerator }

    static readonly SearchValues<char> s_ordinary = SearchValues.Create(
        " \n\r\t!\"#$%&'()+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^abcdefghijklmnopqrstuvwxyz|~");

    readonly string _text;
    readonly StringBuilder _plain;
    Stack<Brace>? _open;
    int _at;

    PlainText(string text)
    {
        _text = text;
        _plain = new StringBuilder(text.Length);
    }

    public static string Of(string text) => new PlainText(text).Read();

    string Read()
    {
        while (_at < _text.Length)
        {
            var ordinary = _text.AsSpan(_at).IndexOfAnyExcept(s_ordinary);
            if (ordinary < 0) ordinary = _text.Length - _at;
            _plain.Append(_text, _at, ordinary);
            _at += ordinary;
            if (_at < _text.Length) ReadSpecial();
        }
        return _plain.ToString();
    }

    void ReadSpecial()
    {
        switch (_text[_at])
        {
            case '<': ReadCalculatorNote(); break;
            case '*': ReadDouble('*', char.IsAsciiDigit(Last) && char.IsAsciiDigit(Ahead(2)) ? '^' : Bold); break;
            case '_': ReadDouble('_', Bold); break;
            case '`': ReadBackticks(); break;
            case '\\': ReadCommand(); break;
            case '{': OpenBrace(Brace.Plain); break;
            case '}': CloseBrace(); break;
            default: ReadForeign(_text[_at++]); break;
        }
    }

    char Last => _plain.Length == 0 ? ' ' : _plain[^1];

    char Ahead(int distance) => _at + distance < _text.Length ? _text[_at + distance] : ' ';

    // GSM8K's notes, such as <<6*7=42>>, stand before their result; where a model forgot that, the note gives it.
    void ReadCalculatorNote()
    {
        const int longest = 200;
        var rest = _text.AsSpan(_at, Math.Min(longest, _text.Length - _at));
        var end = rest.StartsWith("<<") ? rest.IndexOf(">>") : -1;
        if (end < 0 || rest[..end].Contains('\n'))
        {
            _plain.Append(_text[_at++]);
            return;
        }

        _at += end + 2;
        if (char.IsAsciiDigit(Ahead(0)) || (Ahead(0) is ('.' or '-' or '$') && char.IsAsciiDigit(Ahead(1)))) return;
        _plain.Append(rest[(rest[..end].LastIndexOf('=') + 1)..end].TrimStart('<'));
    }

    void ReadDouble(char mark, char meaning)
    {
        var isDouble = Ahead(1) == mark;
        _plain.Append(isDouble ? meaning : mark);
        _at += isDouble ? 2 : 1;
    }

    void ReadBackticks()
    {
        if (Ahead(1) != '`' || Ahead(2) != '`')
        {
            _at++;
            return;
        }
        _plain.Append(Fence);
        _at += 3;
    }

    void ReadCommand()
    {
        var start = ++_at;
        while (char.IsAsciiLetter(Ahead(0))) _at++;
        if (_at == start)
        {
            ReadEscape(_text.Length > _at ? _text[_at++] : ' ');
            return;
        }

        switch (_text.AsSpan(start, _at - start))
        {
            case "boxed" or "fbox" when Ahead(0) == '{': OpenBrace(Brace.Box); break;
            case "frac" or "dfrac" or "tfrac" or "cfrac": ReadFraction(); break;
            case "times" or "cdot" or "ast": _plain.Append('*'); break;
            case "div": _plain.Append('/'); break;
            case "approx" or "Rightarrow" or "implies" or "to": _plain.Append('='); break;
            case "text" or "mathrm" or "mathbf" or "textbf" or "mathit" or "textit" or "mbox" or "left" or "right": break;
            default: _plain.Append(' '); break;
        }
    }

    void ReadEscape(char escaped) => _plain.Append(escaped switch
    {
        '\\' => "\n",
        '$' or '%' or '#' or '_' or '&' or '*' or '-' or '.' => escaped.ToString(),
        ',' => char.IsAsciiDigit(Last) && char.IsAsciiDigit(Ahead(0)) ? $"{Thin}" : " ",
        '!' => "",
        _ => " ",
    });

    void ReadFraction()
    {
        if (char.IsAsciiDigit(Last)) _plain.Append(' ');
        if (Ahead(0) == '{') OpenBrace(Brace.Numerator);
        else if (char.IsAsciiDigit(Ahead(0)) && char.IsAsciiDigit(Ahead(1)))
        {
            _plain.Append(_text[_at]).Append('/').Append(_text[_at + 1]);
            _at += 2;
        }
    }

    void OpenBrace(Brace brace)
    {
        if (brace == Brace.Plain && Ahead(1) == ',' && Ahead(2) == '}') // 1{,}234
        {
            _plain.Append(',');
            _at += 3;
            return;
        }
        (_open ??= new()).Push(brace);
        if (brace == Brace.Box) _plain.Append(BoxOpen);
        _at++;
    }

    void CloseBrace()
    {
        _at++;
        if (_open is null || !_open.TryPop(out var brace)) return;
        if (brace == Brace.Box) _plain.Append(BoxClose);
        if (brace == Brace.Numerator) _plain.Append('/');
    }

    void ReadForeign(char character)
    {
        switch (character)
        {
            case '×' or '⋅' or '·' or '∙': _plain.Append('*'); break;
            case '÷' or '⁄' or '∕': _plain.Append('/'); break;
            case '≈' or '⇒' or '→' or '≅' or '≡': _plain.Append('='); break;
            case '\u2212' or '\u2010' or '\u2011' or '\u2012' or '\u2013' or '\ufe63': _plain.Append('-'); break;
            case '’': _plain.Append('\''); break;
            case '٬' or '،': _plain.Append(','); break;
            case '٫': _plain.Append('.'); break;
            case '٪': _plain.Append('%'); break;
            case '。': _plain.Append(". "); break;
            case '½' or '¼' or '¾' or '⅓' or '⅔' or '⅛':
                _plain.Append(char.IsAsciiDigit(Last) ? " " : "").Append(FractionOf(character));
                break;
            case '\u00a0' or '\u2007' or '\u2008' or Thin or '\u202f': _plain.Append(Thin); break;
            case >= '\uff01' and <= '\uff5e': _plain.Append((char)(character - '\uff01' + '!')); break;
            default: AppendByCategory(character); break;
        }
    }

    void AppendByCategory(char character)
    {
        switch (char.GetUnicodeCategory(character))
        {
            case UnicodeCategory.DecimalDigitNumber: _plain.Append(CharUnicodeInfo.GetDecimalDigitValue(character)); break;
            case UnicodeCategory.SpaceSeparator: _plain.Append(' '); break;
            case UnicodeCategory.Format: break;
            // Includes our own marks, which a text may not forge.
            case UnicodeCategory.Control: _plain.Append(' '); break;
            default: _plain.Append(character); break;
        }
    }

    static string FractionOf(char character) => character switch
    {
        '½' => "1/2",
        '¼' => "1/4",
        '¾' => "3/4",
        '⅓' => "1/3",
        '⅔' => "2/3",
        _ => "1/8",
    };
}
