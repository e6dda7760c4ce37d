using System.Text.Json;
using ActorRlhf.Models.Files;

namespace ActorRlhf.Models.Tokenizers;

/// <summary>Reads and writes the small files of a tokenizer.</summary>
static class TokenizerFiles
{
    /// <summary>Hugging Face's description of a tokenizer.</summary>
    public const string Config = "tokenizer_config.json";

    /// <summary>The bytes of a regular file.</summary>
    /// <exception cref="TokenizerFileException">Not a regular file, or larger than the cap.</exception>
    public static byte[] Read(string path, int maxBytes)
    {
        if (FileKind.WhyNotRegular(path) is { } kind) throw new TokenizerFileException(path, $"this is {kind}", "a regular file");
        var length = FileKind.Length(path);
        return length <= maxBytes
            ? File.ReadAllBytes(path)
            : throw new TokenizerFileException(path, $"the file has {length} bytes", $"at most {maxBytes}");
    }

    /// <summary>Refuses a file that is, by its first bytes, of another format.</summary>
    /// <exception cref="TokenizerFileException">It is.</exception>
    public static void RefuseOtherFormats(string path, ReadOnlySpan<byte> bytes, string expected)
    {
        if (FileSignature.Recognise(bytes) is { } format)
            throw TokenizerFileException.Because(path, $"this is {format.Name}", expected, format.NextStep);
    }

    /// <summary>Writes a file whole or not at all.</summary>
    public static void Write(string path, ReadOnlyMemory<byte> bytes) => DurableFile.Write(path, stream => stream.Write(bytes.Span));

    /// <summary>Writes <see cref="Config"/>: strings and truth values under the given keys, in that order.</summary>
    public static void WriteConfig(string folder, params ReadOnlySpan<(string Key, object Value)> entries)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            foreach (var (key, value) in entries)
            {
                if (value is bool truth) json.WriteBoolean(key, truth);
                else json.WriteString(key, (string)value);
            }
            json.WriteEndObject();
        }
        Write(Path.Combine(folder, Config), bytes.ToArray());
    }
}
