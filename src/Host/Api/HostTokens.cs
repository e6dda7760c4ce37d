using System.Security.Cryptography;
using System.Text;
using ActorRlhf.Actors.Log.Disk;
using ActorRlhf.Host.Failures;
using Microsoft.Extensions.Logging;

namespace ActorRlhf.Host.Api;

/// <summary>The tokens that a host lets in: its owner's, and those of the <see cref="TokenBook"/> as it stands now.</summary>
/// <remarks>
/// The book is looked at with every question and read when it has changed, so a token that was just made works and one that was just
/// revoked does not. Where it cannot be read, its tokens are refused. Any number of threads may ask.
/// </remarks>
sealed class HostTokens
{
    readonly KnownToken _owner;
    readonly TokenBook _book;
    readonly TimeProvider _time;
    readonly ILogger<HostTokens> _log;
    readonly Lock _reading = new();
    (long Length, DateTime Written) _version;
    IReadOnlyList<KnownToken> _all;
    string? _said;                                    // why they could not be read last

    /// <param name="ownersToken">What the file <c>token</c> holds.</param>
    /// <param name="book">The others.</param>
    /// <param name="time">Clock by which tokens expire.</param>
    /// <param name="log">Told where the book cannot be read.</param>
    public HostTokens(string ownersToken, TokenBook book, TimeProvider time, ILogger<HostTokens> log)
    {
        _owner = new KnownToken(KnownToken.Owner, Scopes.All, Digest(ownersToken), null, null, null);
        (_book, _time, _log, _all) = (book, time, log, [_owner]);
    }

    /// <summary>What a token is compared by.</summary>
    public static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>The token that somebody shows; null where it is none of this host's, or no longer.</summary>
    /// <remarks>Digests are compared, each in constant time and all of them, so that an answer's time tells nothing of a token.</remarks>
    public KnownToken? Find(string? token)
    {
        if (token is null) return null;
        var digest = Digest(token);
        KnownToken? found = null;
        foreach (var known in All())
            if (CryptographicOperations.FixedTimeEquals(known.Digest, digest)) found = known;
        return found?.State(_time.GetUtcNow()) == "good" ? found : null;
    }

    IReadOnlyList<KnownToken> All()
    {
        lock (_reading)
        {
            var file = new FileInfo(_book.Path);
            var version = file.Exists ? (file.Length, file.LastWriteTimeUtc) : default;
            if (version == _version) return _all;
            try
            {
                (_all, _version) = ([_owner, .. _book.All()], version);
                _said = null;
            }
            catch (Exception failure) when (failure is TokenFileException or DataDirectoryUnusableException)
            {
                // Anybody's request comes here: what is wrong is said once.
                if (_said != failure.Message)
                    _log.LogError(failure, "The tokens of others cannot be read, and are refused until they can be");
                (_said, _all) = (failure.Message, [_owner]);
            }
            return _all;
        }
    }
}
