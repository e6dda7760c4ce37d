using System.Text;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Models.Tokenizers;

/// <summary>
/// A closed vocabulary of words for small worlds: every word is one token.
/// A prompt is BOS, its words and SEP; a completion its words alone.
/// </summary>
/// <remarks>
/// Ids: 0 <c>&lt;pad&gt;</c>, 1 <c>&lt;bos&gt;</c>, 2 <c>&lt;sep&gt;</c>, 3 <c>&lt;eos&gt;</c>, then the
/// words in ordinal order. Words are what stands between white space, so decoding gives back the text with
/// single spaces. Text never becomes a special token: <c>&lt;eos&gt;</c> in a prompt is an unknown word.
/// </remarks>
public sealed class WordTokenizer : ITokenizer
{
    /// <summary>The file's name in a model folder: one token a line, the line number from 0 is the id.</summary>
    internal const string FileName = "words.txt";

    const int MaxBytes = 16 << 20;
    static readonly string[] s_special = ["<pad>", "<bos>", "<sep>", "<eos>"];
    static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly string[] _tokens;
    readonly Dictionary<string, int> _idOfWord;

    /// <param name="words">Every word once, in any order; no white space in them.</param>
    /// <exception cref="ArgumentException">A word is empty, given twice, a special token, holds white space or is not Unicode.</exception>
    public WordTokenizer(IEnumerable<string> words)
    {
        _tokens = [.. s_special, .. words.Order(StringComparer.Ordinal)];
        _idOfWord = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var id = s_special.Length; id < _tokens.Length; id++)
        {
            var word = _tokens[id];
            if (word.Length == 0 || word.Any(char.IsWhiteSpace) || s_special.Contains(word) || !IsUnicode(word))
                throw new ArgumentException(
                    $"'{word}' cannot be a word; expected text without white space that is no special token", nameof(words));
            if (!_idOfWord.TryAdd(word, id)) throw new ArgumentException($"the word '{word}' is given twice", nameof(words));
        }
    }

    /// <inheritdoc/>
    public int VocabularySize => _tokens.Length;
    /// <inheritdoc/>
    public int PadTokenId => 0;
    /// <inheritdoc/>
    public int BosTokenId => 1;
    /// <summary>Stands between prompt and completion.</summary>
    internal int SepTokenId => 2;
    /// <inheritdoc/>
    public int EosTokenId => 3;

    /// <summary>Reads a <c>words.txt</c>.</summary>
    /// <exception cref="TokenizerFileException">
    /// The file is missing, not UTF-8, does not begin with the special tokens, or its words are not in ordinal order, each once.
    /// </exception>
    internal static WordTokenizer Load(string path)
    {
        var bytes = TokenizerFiles.Read(path, MaxBytes);
        TokenizerFiles.RefuseOtherFormats(path, bytes, "one word a line");
        string text;
        try { text = s_strict.GetString(bytes); }
        catch (DecoderFallbackException) { throw new TokenizerFileException(path, "the file is not valid UTF-8", "one word a line"); }
        if (!text.EndsWith('\n')) throw new TokenizerFileException(path, "the last line does not end", "a line feed behind every word");

        var lines = text[..^1].Split('\n');
        for (var line = 0; line < lines.Length; line++)
        {
            if (line < s_special.Length
                ? lines[line] != s_special[line]
                : line > s_special.Length && string.CompareOrdinal(lines[line - 1], lines[line]) >= 0)
                throw new TokenizerFileException(path, $"line {line + 1} is '{lines[line]}'",
                    line < s_special.Length ? $"'{s_special[line]}'" : $"a word behind '{lines[line - 1]}' in ordinal order");
        }
        if (lines.Length < s_special.Length)
            throw new TokenizerFileException(path, $"the file has "
                + $"{Counted.Of(lines.Length, "line")}", $"{string.Join(", ", s_special)} and words");
        try { return new WordTokenizer(lines.Skip(s_special.Length)); }
        catch (ArgumentException wrong) { throw new TokenizerFileException(path, wrong.Message, "one word a line"); }
    }

    /// <inheritdoc/>
    /// <exception cref="UntokenizableTextException">A word is not in the vocabulary.</exception>
    public int[] EncodePrompt(string prompt) => [BosTokenId, .. EncodeCompletion(prompt), SepTokenId];

    /// <inheritdoc/>
    /// <exception cref="UntokenizableTextException">A word is not in the vocabulary.</exception>
    public int[] EncodeCompletion(string completion)
    {
        UntokenizableTextException.ThrowIfLoneSurrogate(completion);
        var ids = new List<int>();
        for (int start = 0, end; start < completion.Length; start = end + 1)
        {
            for (end = start; end < completion.Length && !char.IsWhiteSpace(completion[end]); end++) { }
            if (end == start) continue;
            var word = completion[start..end];
            if (!_idOfWord.TryGetValue(word, out var id))
                throw new UntokenizableTextException(word, start, $"the unknown word '{word}'", $"This model knows "
                    + $"{Counted.Of(_idOfWord.Count, "word")} and no others: use only words of its vocabulary.");
            ids.Add(id);
        }
        return [.. ids];
    }

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> tokenIds)
    {
        var text = new StringBuilder();
        foreach (var id in tokenIds)
        {
            if (id < 0 || id >= _tokens.Length)
                throw new ArgumentOutOfRangeException(nameof(tokenIds), id,
                    $"token ids are 0 to {_tokens.Length - 1}; the ids come from another tokenizer");
            if (id < s_special.Length) continue;
            if (text.Length > 0) text.Append(' ');
            text.Append(_tokens[id]);
        }
        return text.ToString();
    }

    /// <inheritdoc/>
    public void Save(string directory)
    {
        TokenizerFiles.Write(Path.Combine(directory, FileName), s_strict.GetBytes(string.Concat(_tokens.Select(token => token + "\n"))));
        TokenizerFiles.WriteConfig(directory,
            ("tokenizer_class", "WordTokenizer"), ("bos_token", s_special[BosTokenId]), ("eos_token", s_special[EosTokenId]),
            ("pad_token", s_special[PadTokenId]), ("sep_token", s_special[SepTokenId]));
    }

    static bool IsUnicode(string word)
    {
        try { return s_strict.GetByteCount(word) > 0; }
        catch (EncoderFallbackException) { return false; }
    }
}
