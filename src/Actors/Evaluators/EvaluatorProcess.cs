using System.Buffers;
using System.ComponentModel;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>One start of an evaluator: private copies of its files, the process, and the conversation with it.</summary>
/// <remarks>One question at a time. After any exception it is of no more use, and has to be disposed.</remarks>
sealed class EvaluatorProcess : IAsyncDisposable
{
    const int BatchesInFlight = 4;             // so that it always has the next one while we read and write
    const int LineBase = 1 << 20, LinePerItem = 64 << 10, LongestLine = 64 << 20;

    readonly string _name;
    readonly StagedEvaluator _staged;
    readonly EvaluatorChild _child;
    readonly LineReader _lines;
    int _batch;
    bool _disposed;

    EvaluatorProcess(string name, StagedEvaluator staged, EvaluatorChild child)
    {
        (_name, _staged, _child) = (name, staged, child);
        _lines = new LineReader(child.Output);
        Said = null!;
    }

    /// <summary>Who it says it is.</summary>
    public SelfDescription Said { get; private set; }

    /// <summary>Of the files that it runs from.</summary>
    public ContentHash Hash => _staged.Hash;

    /// <summary>Whether it has ended since.</summary>
    public bool HasEnded => _child.HasEnded;

    /// <summary>Starts it, and hears who it is.</summary>
    /// <param name="start">What to start.</param>
    /// <param name="expected">What its files must be; null for whatever they are.</param>
    /// <param name="ct">Its deadline.</param>
    /// <exception cref="EvaluatorRefusedException">Its files are not those, or it may not run here.</exception>
    /// <exception cref="EvaluatorFaultException">It did not say who it is.</exception>
    public static async Task<EvaluatorProcess> StartAsync(EvaluatorStart start, ContentHash? expected, CancellationToken ct)
    {
        start.ThrowUnlessPossible();
        var staged = await Task.Run(() => new StagedEvaluator(start.Source), ct).ConfigureAwait(false);
        EvaluatorProcess? process = null;
        try
        {
            if (expected is { } hash && hash != staged.Hash)
                throw new EvaluatorRefusedException(start.Name,
                    $"its files have the hash {staged.Hash}, and had {hash} when it was injected: put them back, or inject it again");
            process = new EvaluatorProcess(start.Name, staged, await StartChildAsync(start, staged).ConfigureAwait(false));
            await process.GreetAsync(ct).ConfigureAwait(false);
            return process;
        }
        catch
        {
            if (process is not null) await process.DisposeAsync().ConfigureAwait(false);
            else staged.Dispose();
            throw;
        }
    }

    /// <summary>Scores items: several batches are on the way at a time.</summary>
    /// <returns>One result for each item, in the items' order.</returns>
    /// <exception cref="EvaluatorFaultException">It did something that it must not do.</exception>
    public async Task<IReadOnlyList<ItemResult>> ScoreAsync(IReadOnlyList<EvaluationItem> items, CancellationToken ct)
    {
        var batches = ItemBatches.Of(items, Said.Needs);
        var first = _batch;
        _batch += batches.Count;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var window = new SemaphoreSlim(BatchesInFlight);
        // On a thread of its own: writing to a pipe that nobody reads blocks.
        var asking = Task.Run(() => AskAsync(batches, items, first, window, stop.Token), CancellationToken.None);
        try
        {
            var results = await ReadAsync(batches, items, first, window, ct).ConfigureAwait(false);
            await asking.ConfigureAwait(false);
            return results;
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await DisposeAsync().ConfigureAwait(false);   // a write may hang in the pipe, which ends with the process
            await asking.ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Lets it end by itself, for a moment, and then kills what is left.</summary>
    public async Task EndAsync()
    {
        await _child.EndAsync().ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Kills it, and removes the copies.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        await _child.DisposeAsync().ConfigureAwait(false);
        _staged.Dispose();
    }

    static async Task<EvaluatorChild> StartChildAsync(EvaluatorStart start, StagedEvaluator staged)
    {
        var mark = Guid.NewGuid().ToString("N");
        var process = start.Sandbox.Start(staged.Folder, home => start.Line(staged, home), start.Shown, start.Limits, mark);
        try
        {
            return await EvaluatorChild.StartAsync(process, start.Limits, mark, start.Sandbox.IsAvailable, start.Log).ConfigureAwait(false);
        }
        catch (Win32Exception cause)
        {
            throw new EvaluatorRefusedException(start.Name, $"{process.FileName} cannot be started: {cause.Message}");
        }
    }

    async Task GreetAsync(CancellationToken ct)
    {
        await WriteAsync(WireRequests.Hello, ct).ConfigureAwait(false);
        var line = await ReadLineAsync(SelfDescription.MostBytes, "before it said who it is", ct).ConfigureAwait(false);
        try { Said = SelfDescription.Read(line); }
        catch (WireFormatException cause) { throw Fault(EvaluatorFault.Protocol, cause.Message); }
    }

    async Task AskAsync(
        IReadOnlyList<int[]> batches, IReadOnlyList<EvaluationItem> items, int first, SemaphoreSlim window, CancellationToken ct)
    {
        var message = new ArrayBufferWriter<byte>();
        try
        {
            foreach (var (number, batch) in batches.Index())
            {
                await window.WaitAsync(ct).ConfigureAwait(false);
                message.ResetWrittenCount();
                WireRequests.WriteScore(message, first + number, batch.Select(at => items[at]));
                await WriteAsync(message.WrittenMemory, ct).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) { } // the reader gave up, and says why
    }

    async Task<ItemResult[]> ReadAsync(
        IReadOnlyList<int[]> batches, IReadOnlyList<EvaluationItem> items, int first, SemaphoreSlim window, CancellationToken ct)
    {
        var results = new ItemResult[items.Count];
        foreach (var (number, batch) in batches.Index())
        {
            EvaluationItem[] asked = [.. batch.Select(at => items[at])];
            var when = $"in the middle of batch {first + number}";
            var line = await ReadLineAsync(LongestOf(asked.Length), when, ct).ConfigureAwait(false);
            try
            {
                var answer = WireScores.Read(line.Span, first + number, asked, Said.Metrics);
                foreach (var (place, at) in batch.Index()) results[at] = answer[place];
            }
            catch (WireFormatException cause) { throw Fault(EvaluatorFault.Protocol, cause.Message); }
            window.Release();
        }
        return results;
    }

    async Task WriteAsync(ReadOnlyMemory<byte> message, CancellationToken ct)
    {
        try
        {
            await _child.Input.WriteAsync(message, ct).ConfigureAwait(false);
            await _child.Input.FlushAsync(ct).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException) { } // whoever reads its output finds out why
    }

    async Task<ReadOnlyMemory<byte>> ReadLineAsync(int most, string when, CancellationToken ct)
    {
        try
        {
            // The read itself may not hear of a deadline; it ends with the process.
            var line = await _lines.ReadAsync(most, CancellationToken.None).AsTask().WaitAsync(ct).ConfigureAwait(false);
            return line ?? throw await EndedAsync(when, ct).ConfigureAwait(false);
        }
        catch (LineTooLongException cause) { throw Fault(EvaluatorFault.Output, $"it wrote {cause.Message} {when}"); }
        catch (IOException cause) { throw Fault(EvaluatorFault.Ended, $"its output cannot be read {when}: {cause.Message}"); }
    }

    async Task<EvaluatorFaultException> EndedAsync(string when, CancellationToken ct)
    {
        var how = await _child.ObituaryAsync().WaitAsync(ct).ConfigureAwait(false);
        return _child.TookTooMuch is { } memory
            ? Fault(EvaluatorFault.Memory, memory)
            : Fault(EvaluatorFault.Ended, $"{how} ({when})");
    }

    EvaluatorFaultException Fault(EvaluatorFault fault, string reason) => new(_name, fault, reason);

    static int LongestOf(int items) => (int)Math.Min(LongestLine, LineBase + (long)LinePerItem * items);
}
