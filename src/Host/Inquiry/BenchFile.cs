using System.IO.Compression;
using System.Text;
using ActorRlhf.Host.Failures;

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
    public static IReadOnlyList<T> Read<T>(string option, string path, Func<TextReader, IEnumerable<T>> read, int limit = int.MaxValue)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            Span<byte> start = stackalloc byte[2];
            var isGzip = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start is [0x1f, 0x8b];
            file.Position = 0;
            using var text = new StreamReader(
                isGzip ? new GZipStream(file, CompressionMode.Decompress) : file,
                new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            T[] items = [.. read(text).Take(limit)];
            return items.Length > 0 ? items : throw new BenchFileException(option, path, "it has no items");
        }
        catch (DecoderFallbackException) { throw new BenchFileException(option, path, "it is not valid UTF-8"); }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or InvalidDataException or FormatException)
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
