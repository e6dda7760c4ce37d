using System.Text.Json;
using System.Threading.Channels;
using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Api;

/// <summary>A run's events as they become durable, read from the journal and written as JSON once for all who follow it.</summary>
/// <remarks>
/// News only say that it is time to look, so a follower misses nothing. The newest events are kept; whoever is further behind reads the
/// journal for himself. Any number of threads may ask.
/// </remarks>
sealed class FollowedRun : IAsyncDisposable
{
    const int MostNews = 16, MostKept = 512;
    const int AtOnce = 64, CharactersAtOnce = 1 << 14; // that are held while a client does not read on
    const int MostCharacters = 2 << 20;               // of the events that are kept of a stream

    // Followers are told of everything that came within the shorter one at once, and look after the longer one in any case.
    static readonly TimeSpan s_gather = TimeSpan.FromMilliseconds(200), s_look = TimeSpan.FromSeconds(1);

    readonly RunRecord _run;
    readonly Newest _training, _evaluations;
    readonly CancellationTokenSource _over = new();
    readonly Lock _entry = new();
    readonly Task _following;
    TaskCompletionSource<RunProgress?> _next = New();

    /// <summary>Begins to follow a run.</summary>
    public FollowedRun(JournalReader journal, RunSystem runs, RunRecord run)
    {
        _run = run;
        _training = new Newest(journal, run.Id.TrainingStream, "training", run);
        _evaluations = new Newest(journal, run.Id.EvaluationStream, "evaluations", run);
        _following = Task.Run(() => FollowAsync(runs));
    }

    /// <summary>The next events behind a position, as many as are sent at once; none where there are no more.</summary>
    /// <exception cref="StoreException">The journal does not answer.</exception>
    public IReadOnlyList<(StreamPosition Position, WrittenEvent Event)> After(StreamPosition position)
    {
        var (found, characters) = (new List<(StreamPosition, WrittenEvent)>(), 0);
        foreach (var one in _training.After(position.Training, AtOnce).TakeWhile(_ => characters < CharactersAtOnce))
        {
            found.Add((position = position with { Training = one.Sequence }, one));
            characters += one.Json.Length;
        }
        if (found.Count > 0) return found;
        foreach (var one in _evaluations.After(position.Evaluations, AtOnce).TakeWhile(_ => characters < CharactersAtOnce))
        {
            found.Add((position = position with { Evaluations = one.Sequence }, one));
            characters += one.Json.Length;
        }
        return found;
    }

    /// <summary>Ends when there may be more, with how far the step is where that was said. To be asked for before looking.</summary>
    /// <exception cref="StoreException">The journal does not answer.</exception>
    public Task<RunProgress?> NextAsync()
    {
        lock (_entry) return _next.Task;
    }

    /// <summary>Stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(false);
        _over.Dispose();
    }

    async Task FollowAsync(RunSystem runs)
    {
        try
        {
            await using var feed = await runs.FollowAsync(_run.Id, MostNews).ConfigureAwait(false);
            for (RunProgress? progress = null; ;)
            {
                _training.Look();
                _evaluations.Look();
                Tell(told => told.TrySetResult(progress));
                progress = await HearAsync(feed.News, _over.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested) { Tell(told => told.TrySetCanceled()); }
        catch (Exception failure) { Tell(told => told.TrySetException(failure), isLast: true); } // who comes again begins anew
    }

    void Tell(Action<TaskCompletionSource<RunProgress?>> tell, bool isLast = false)
    {
        TaskCompletionSource<RunProgress?> told;
        lock (_entry)
        {
            told = _next;
            if (!isLast) _next = New();
        }
        tell(told);
    }

    /// <summary>Waits until it is time to look again; of what was said meanwhile the last progress, null for none.</summary>
    static async Task<RunProgress?> HearAsync(ChannelReader<object> news, CancellationToken ct)
    {
        using var look = CancellationTokenSource.CreateLinkedTokenSource(ct);
        look.CancelAfter(s_look);
        RunProgress? progress = null;
        try
        {
            await news.WaitToReadAsync(look.Token).ConfigureAwait(false);
            await Task.Delay(s_gather, ct).ConfigureAwait(false);
            while (news.TryRead(out var one)) progress = one as RunProgress ?? progress;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested) { }
        return progress;
    }

    static TaskCompletionSource<RunProgress?> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The last events of one stream.</summary>
    sealed class Newest(JournalReader journal, string stream, string name, RunRecord run)
    {
        readonly Queue<WrittenEvent> _kept = [];
        long _last = Math.Max(0, journal.LastSequence(stream) - MostKept);
        int _characters;

        /// <summary>Takes in what was added.</summary>
        public void Look()
        {
            foreach (var written in journal.Read(stream, _last).Select(Write))
                lock (_kept)
                {
                    _kept.Enqueue(written);
                    (_last, _characters) = (written.Sequence, _characters + written.Json.Length);
                    while (_kept.Count > MostKept || _characters > MostCharacters && _kept.Count > 1)
                        _characters -= _kept.Dequeue().Json.Length;
                }
        }

        public IReadOnlyList<WrittenEvent> After(long sequence, int most)
        {
            lock (_kept)
            {
                if (sequence >= _last) return [];
                if (_kept.Count > 0 && sequence >= _kept.Peek().Sequence - 1)
                    return [.. _kept.Where(one => one.Sequence > sequence).Take(most)];
            }
            return [.. journal.Read(stream, sequence).Take(most).Select(Write)];
        }

        WrittenEvent Write(ReadEvent read) => new(read.Sequence, EventNames.Of(read.Manifest),
            JsonSerializer.Serialize(EventLine.Of(read, run, name), EventJson.Format));
    }
}
