using ActorRlhf.Actors.Log.Chain;

namespace ActorRlhf.Actors.Log.Artefacts;

/// <summary>Who in this process has put which artefact and not named it yet, or is putting one. Any thread may use it.</summary>
sealed class ArtefactClaims
{
    readonly Lock _lock = new();
    readonly object _puts = new();
    int _underWay;
    bool _closed;
    readonly Dictionary<ContentHash, Dictionary<string, long>> _claims = [];      // by owner, the number of the claim
    readonly List<(ContentHash Hash, string Owner, long Number)> _named = [];     // since the oldest removal under way began
    long _numbers;
    int _removals;

    /// <summary>Somebody begins to put an artefact, and has done so when he disposes of what this gives.</summary>
    /// <exception cref="ObjectDisposedException">The directory was given back.</exception>
    public Putting Put()
    {
        lock (_puts)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(ArtefactStore));
            _underWay++;
        }
        return new Putting(this);
    }

    /// <summary>Nothing is put from now on; returns when what is under way has ended.</summary>
    public void Close()
    {
        lock (_puts)
        {
            _closed = true;
            while (_underWay > 0) Monitor.Wait(_puts);
        }
    }

    /// <summary>Somebody puts an artefact, or finds that it is there.</summary>
    public void Claim(ContentHash hash, string owner)
    {
        lock (_lock)
        {
            if (!_claims.TryGetValue(hash, out var owners)) _claims.Add(hash, owners = []);
            owners[owner] = ++_numbers;
        }
    }

    /// <summary>An owner has named artefacts, his own or nobody's in particular.</summary>
    public void Release(IEnumerable<ContentHash> artefacts, string owner)
    {
        lock (_lock)
        {
            foreach (var hash in artefacts)
                foreach (var whose in (string[])[owner, ""])
                    if (_claims.TryGetValue(hash, out var owners) && owners.TryGetValue(whose, out var number))
                        _named.Add((hash, whose, number));
            if (_removals == 0) Forget();
        }
    }

    /// <summary>From now on what is named stays claimed.</summary>
    public void Begin()
    {
        lock (_lock) _removals++;
    }

    /// <summary>A removal is over.</summary>
    public void End()
    {
        lock (_lock)
            if (--_removals == 0) Forget();
    }

    /// <summary>Whether nobody but perhaps one owner claims an artefact; nobody can claim it before the deletion is done.</summary>
    public bool TryRemove(ContentHash hash, string? but, Action<ContentHash> delete)
    {
        lock (_lock)
        {
            if (_claims.TryGetValue(hash, out var owners) && owners.Keys.Any(owner => owner != but)) return false;
            delete(hash);
            _claims.Remove(hash);
            return true;
        }
    }

    void Forget()
    {
        foreach (var (hash, owner, number) in _named)
        {
            // A later claim than the one that was named stands.
            if (!_claims.TryGetValue(hash, out var owners) || owners.GetValueOrDefault(owner) != number) continue;
            owners.Remove(owner);
            if (owners.Count == 0) _claims.Remove(hash);
        }
        _named.Clear();
    }

    /// <summary>An artefact that is being put.</summary>
    public readonly struct Putting(ArtefactClaims claims) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose()
        {
            lock (claims._puts)
            {
                claims._underWay--;
                Monitor.PulseAll(claims._puts);
            }
        }
    }
}
