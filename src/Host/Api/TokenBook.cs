using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Host.Failures;
using ActorRlhf.Models.Files;

namespace ActorRlhf.Host.Api;

/// <summary>
/// The tokens that a host's owner has made for others: the file <c>tokens</c> of the data directory, readable by its owner alone.
/// </summary>
/// <remarks>
/// Lines are only ever added, a token and later perhaps its end, so a host that is up may read while a command writes: a line that is not
/// finished counts for nothing. Failure policy: audit.
/// </remarks>
/// <param name="directory">Full path of the data directory.</param>
sealed partial class TokenBook(string directory)
{
    /// <summary>The form of a token's name.</summary>
    public const string NameForm = "1 to 64 of a-z, 0-9 and -";

    static readonly JsonSerializerOptions s_format = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Where it is.</summary>
    public string Path { get; } = System.IO.Path.Combine(directory, "tokens");

    /// <summary>Whether a text may be a token's name.</summary>
    public static bool IsName(string text) => Name().IsMatch(text);

    /// <summary>Makes a token.</summary>
    /// <param name="name">Of the form <see cref="NameForm"/>, and new.</param>
    /// <param name="scopes">At least one of <see cref="Scopes"/>.</param>
    /// <param name="lifetime">How long it is good; null for ever.</param>
    /// <param name="now">The time.</param>
    /// <returns>The token itself, which is stored nowhere.</returns>
    /// <exception cref="TokenFileException">There is or was one of that name, or the file cannot be trusted.</exception>
    /// <exception cref="DataDirectoryUnusableException">The file cannot be written.</exception>
    public string Add(string name, IReadOnlyList<string> scopes, TimeSpan? lifetime, DateTimeOffset now)
    {
        var token = TokenFile.NewToken();
        Append(known => name == KnownToken.Owner || known.Any(one => one.Name == name)
            ? throw new TokenFileException(Path, $"there is or was a token '{name}', and logs name who did something by it: choose another")
            : new Line(name, [.. scopes.Distinct()], Convert.ToHexStringLower(HostTokens.Digest(token)), now, now + lifetime));
        return token;
    }

    /// <summary>Ends a token for good; nothing happens where it is revoked already.</summary>
    /// <returns>Whether there is one of that name.</returns>
    /// <inheritdoc cref="Add"/>
    public bool Revoke(string name, DateTimeOffset now)
    {
        var there = false;
        Append(known =>
        {
            var token = known.FirstOrDefault(one => one.Name == name);
            there = token is not null;
            return token is { Revoked: null } ? new Line(name, Revoked: now) : null;
        });
        return there;
    }

    /// <summary>All tokens that were ever made, in their order.</summary>
    /// <exception cref="TokenFileException">The file cannot be trusted.</exception>
    /// <exception cref="DataDirectoryUnusableException">It cannot be read.</exception>
    public IReadOnlyList<KnownToken> All()
    {
        try
        {
            if (!File.Exists(Path)) return [];
            // Without a lock: a command may be about to add a line, and has one.
            using var file = OperatingSystem.IsWindows()
                ? new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite)
                : new FileStream(DurableFolder.OpenUnlocked(Path), FileAccess.Read);
            return Read(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw DataDirectoryUnusableException.For(Path, failure);
        }
    }

    void Append(Func<IReadOnlyList<KnownToken>, Line?> next)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = TokenFile.Owner;
            using var file = new FileStream(Path, options);
            if (next(Read(file)) is not { } line) return;
            // What a command that was killed left of a line must not become part of this one.
            file.SetLength(WholeLines(file));
            file.Seek(0, SeekOrigin.End);
            file.Write(JsonSerializer.SerializeToUtf8Bytes(line, s_format).Append((byte)'\n').ToArray());
            file.Flush(flushToDisk: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw DataDirectoryUnusableException.For(Path, failure);
        }
    }

    IReadOnlyList<KnownToken> Read(FileStream file)
    {
        TokenFile.ThrowIfOthersMayRead(Path);
        var whole = new byte[WholeLines(file)];
        file.Position = 0;
        file.ReadExactly(whole);
        var known = new List<KnownToken>();
        foreach (var (index, text) in Encoding.UTF8.GetString(whole).Split('\n', StringSplitOptions.RemoveEmptyEntries).Index())
            if (!TryAdd(known, text))
                throw new TokenFileException(Path, FormattableString.Invariant($"line {index + 1} is none of a token: ")
                    + "remove the line, and make the token that it was of anew");
        return known;
    }

    static bool TryAdd(List<KnownToken> known, string text)
    {
        try
        {
            var line = JsonSerializer.Deserialize<Line>(text, s_format);
            var place = known.FindIndex(one => one.Name == line?.Name);
            if (line is { Revoked: { } revoked } && place >= 0) known[place] = known[place] with { Revoked = revoked };
            else if (line is { Scopes: { } scopes, Digest: { } digest } && place < 0
                && Convert.FromHexString(digest) is { Length: SHA256.HashSizeInBytes } hash)
                known.Add(new KnownToken(line.Name, scopes, hash, line.Made, line.Expires, null));
            else return false;
            return true;
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException) { return false; }
    }

    static int WholeLines(FileStream file)
    {
        file.Position = 0;
        var all = new byte[file.Length];
        return all.AsSpan(0, file.ReadAtLeast(all, all.Length, throwOnEndOfStream: false)).LastIndexOf((byte)'\n') + 1;
    }

    [GeneratedRegex(@"^[a-z0-9-]{1,64}\z")]
    private static partial Regex Name();

    /// <summary>A line: a token, or with <paramref name="Revoked"/> its end.</summary>
    sealed record Line(
        string Name, IReadOnlyList<string>? Scopes = null, string? Digest = null, DateTimeOffset? Made = null,
        DateTimeOffset? Expires = null, DateTimeOffset? Revoked = null);
}
