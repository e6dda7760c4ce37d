using System.Text;

namespace ActorRlhf.Actors.Recipes;

/// <summary>Gets a recipe's text and refuses what no YAML reader should see.</summary>
static class RecipeText
{
    const int MostBytes = 1 << 20;
    static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text of a file, a byte order mark taken off.</summary>
    /// <exception cref="RecipeException">The file is missing, unreadable, too large or not UTF-8.</exception>
    public static string Load(string path)
    {
        byte[] bytes;
        var others = $"the built-in recipes are {string.Join(", ", RecipeLibrary.Names)}";
        // Nothing against a pipe: a shell gives one where a recipe is another command's output.
        if (Directory.Exists(path)) throw Refused(path, 0, $"this is a folder, expected a file of YAML; {others}");
        try
        {
            using var file = File.OpenRead(path);
            bytes = new byte[MostBytes + 1];
            bytes = bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Refused(path, 0, $"the file cannot be read: {failure.Message.TrimEnd('.')}; {others}");
        }
        if (bytes.Length > MostBytes) throw TooLarge(path);
        try { return s_strict.GetString(bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(3) : bytes); }
        catch (DecoderFallbackException failure)
        {
            throw Refused(
                path, 1 + bytes.AsSpan(0, failure.Index).Count((byte)'\n'), "the text is not UTF-8; save the file in that encoding");
        }
    }

    /// <exception cref="RecipeException">
    /// The text is too large, or holds a tab in front of a key, a control character or broken Unicode.
    /// </exception>
    public static void Check(string text, string file)
    {
        if (Encoding.UTF8.GetByteCount(text) > MostBytes) throw TooLarge(file);
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.EndsWith('\r') ? raw[..^1] : raw;
            var indent = line.Length - line.TrimStart(' ', '\t').Length;
            if (line.AsSpan(0, indent).Contains('\t')) throw Refused(file, number, "YAML is indented with spaces; replace the tab");
            var other = OneLine.IndexOfOther(line.Replace('\t', ' '));
            if (other >= 0)
                throw Refused(
                    file, number, FormattableString.Invariant($"the character U+{(int)line[other]:X4} is not allowed; remove it"));
        }
    }

    static RecipeException TooLarge(string file) => Refused(file, 0, "the recipe is larger than 1 MiB; a recipe is a page of keys");

    static RecipeException Refused(string file, int line, string why) => new([new RecipeProblem(file, line, "", null, why)]);
}
