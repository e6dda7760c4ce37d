using System.Security.Cryptography;
using System.Text;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Host.Failures;

namespace ActorRlhf.Host.Api;

/// <summary>The token of a host, in the file <c>token</c> of its data directory, which its owner alone may read.</summary>
/// <remarks>Generated when it is first needed: there is no password that anybody could know beforehand.</remarks>
static class TokenFile
{
    const int Bytes = 32;

    /// <summary>Mode of a file that its owner alone may read.</summary>
    public const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Where it is.</summary>
    /// <param name="directory">Full path of the data directory.</param>
    public static string In(string directory) => Path.Combine(directory, "token");

    /// <summary>Reads the token, and makes one where there is none.</summary>
    /// <param name="directory">Full path of the data directory; its writer asks.</param>
    /// <exception cref="DataDirectoryUnusableException">The file cannot be read or written.</exception>
    /// <exception cref="TokenFileException">Others may read it, or it is empty.</exception>
    public static string Ensure(string directory)
    {
        var path = In(directory);
        try
        {
            if (!File.Exists(path)) Make(path);
            ThrowIfOthersMayRead(path);
            var token = File.ReadAllText(path).Trim();
            return token.Length > 0 ? token : throw new TokenFileException(path, "it is empty: remove it, and a new token is made");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw DataDirectoryUnusableException.For(path, failure);
        }
    }

    /// <summary>A token that nobody can guess.</summary>
    public static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes));

    /// <exception cref="TokenFileException">Others than its owner may read a file.</exception>
    public static void ThrowIfOthersMayRead(string path)
    {
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path) is var mode && (mode & ~Owner) != 0)
            throw new TokenFileException(path, $"others than its owner may read it (mode {Convert.ToString((int)mode, 8)}): "
                + $"remove it, and new tokens are made, or 'chmod 600 {path}' where nobody else has seen it");
    }

    static void Make(string path)
    {
        var token = NewToken();
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = Owner;
        using var file = new FileStream(path, options);
        file.Write(Encoding.ASCII.GetBytes(token + "\n"));
        file.Flush(flushToDisk: true);
    }
}
