using System.IO.Compression;
using System.Text;
using ActorRlhf.Host.Failures;
using ActorRlhf.Models.Files;

namespace ActorRlhf.Host.Inquiry;

/// <summary>A file of questions, plain or packed with gzip, in UTF-8.</summary>
static class BenchFile
{
    /// <summary>Reads all that a reader of it makes.</summary>
    /// <param name="option">The option that named it.</param>
    /// <param name="path">The file.</param>
    /// <param name="read">Makes items of its text.</param>
    /// <param name="limit">How many items at most; what is behind them is not read.</param>
    /// <exception cref="BenchFileException">It is not there, cannot be read, is nothing of what is expected, or has no items.</exception>
    public static IReadOnlyList<T> Read<T>(string option, string path, Func<TextReader, IEnumerable<T>> read, int limit = int.MaxValue) =>
        Open(option, path, text => Items(option, path, text, read, limit));

    /// <summary>All of its text.</summary>
    /// <exception cref="BenchFileException">It is not there or cannot be read.</exception>
    public static string Text(string option, string path) => Open(option, path, text => text.ReadToEnd());

    /// <summary>The items of a text.</summary>
    /// <param name="option">Who gave it.</param>
    /// <param name="path">What it is called.</param>
    /// <param name="text">The text.</param>
    /// <param name="read">Makes items of it.</param>
    /// <param name="limit">How many items at most.</param>
    /// <exception cref="BenchFileException">It is nothing of what is expected, or has no items.</exception>
    public static IReadOnlyList<T> Items<T>(
        string option, string path, TextReader text, Func<TextReader, IEnumerable<T>> read, int limit = int.MaxValue)
    {
        try
        {
            T[] items = [.. read(text).Take(limit)];
            return items.Length > 0 ? items : throw new BenchFileException(option, path, "it has no items");
        }
        // A row that is too long for the reader of CSV is not supported by it.
        catch (Exception wrong) when (wrong is FormatException or NotSupportedException)
        {
            throw new BenchFileException(option, path, wrong.Message);
        }
    }

    static T Open<T>(string option, string path, Func<TextReader, T> use)
    {
        if (Path.Exists(path) && FileKind.WhyNotRegular(path) is { } kind)
            throw new BenchFileException(option, path, $"this is {kind}, expected a file of questions");
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            Span<byte> start = stackalloc byte[2];
            var isGzip = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start is [0x1f, 0x8b];
            file.Position = 0;
            using var text = new StreamReader(
                isGzip ? new GZipStream(file, CompressionMode.Decompress) : file,
                new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            return use(text);
        }
        catch (DecoderFallbackException) { throw new BenchFileException(option, path, "it is not valid UTF-8"); }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new BenchFileException(option, path, wrong is FileNotFoundException or DirectoryNotFoundException
                ? "there is no such file"
                : wrong.Message);
        }
    }

    /// <summary>The lines of a text.</summary>
    public static IEnumerable<string> Lines(TextReader text)
    {
        while (text.ReadLine() is { } line) yield return line;
    }
}
