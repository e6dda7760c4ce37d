using System.Runtime.CompilerServices;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Mismatch;
using ActorRlhf.Host.Reports;

namespace ActorRlhf.Host.Reading;

/// <summary>The runs of a data directory, read from their events without a lock, whether or not a writer is at work.</summary>
/// <param name="directory">The directory, which is disposed of with this.</param>
sealed class DirectoryRuns(DataDirectory directory) : IRunSource
{
    static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250);

    readonly RunReader _reader = new(directory.Store);
    IDisposable? _open;

    /// <summary>Opens a directory for one command, which asks its journal many times.</summary>
    /// <param name="path">The directory; null for the usual one.</param>
    /// <exception cref="DataDirectoryMissingException">There is no journal in it.</exception>
    public static DirectoryRuns Open(string? path)
    {
        var directory = DataDirectory.OpenForReading(path);
        return new DirectoryRuns(directory) { _open = directory.Store.Journal.Hold() };
    }

    /// <inheritdoc/>
    public Attendance Attendance =>
        !DataDirectory.IsBeingWritten(directory.Path) ? Attendance.Nobody
        : HostFile.AddressOf(directory.Path) is null ? Attendance.Command
        : Attendance.Host;

    /// <inheritdoc/>
    public string Next(string command, string run) => NextCommand.Of(command, run, directory);

    /// <inheritdoc/>
    public Task<Answer<RunLine>> ListAsync(CancellationToken ct)
    {
        var read = _reader.Runs().AsParallel().AsOrdered().WithCancellation(ct).Select(TryRead).ToArray();
        var runs = read.Select(one => one.Run).OfType<RunRecord>().OrderBy(run => run.AskedFor).Select(RunLine.Of).ToArray();
        return Task.FromResult(new Answer<RunLine>(runs, () => null)
        {
            Damage = [.. read.Select(one => one.Damage).OfType<string>()],
        });
    }

    /// <inheritdoc/>
    public Task<RunDetails> ShowAsync(string run, CancellationToken ct) => Task.FromResult(RunDetails.Read(_reader.Open(run)));

    /// <inheritdoc/>
    public Task<Headline> HeadlineAsync(string run, CancellationToken ct)
    {
        var record = _reader.Open(run);
        return Task.FromResult(new Headline(RunLine.Of(record), record.State.Parent is not null));
    }

    /// <inheritdoc/>
    public Task<Answer<EventLine>> EventsAsync(string run, EventQuery query, CancellationToken ct) =>
        Task.FromResult(query.Of(_reader.Open(run), ct));

    /// <inheritdoc/>
    public Task<Answer<MetricsLine>> MetricsAsync(string run, MetricQuery query, CancellationToken ct) =>
        Task.FromResult(query.Of(_reader.Open(run)));

    /// <inheritdoc/>
    public Task<Answer<CompletionView>> CompletionsAsync(string run, CompletionQuery query, CancellationToken ct) =>
        Task.FromResult(query.Of(_reader.Open(run), ct));

    /// <inheritdoc/>
    public Task<MismatchLedger> MismatchAsync(string run, CancellationToken ct) =>
        Task.FromResult(RunLedger.Of(directory.Store, _reader.Open(run)));

    /// <inheritdoc/>
    public async IAsyncEnumerable<object> FollowAsync(string run, [EnumeratorCancellation] CancellationToken ct)
    {
        var record = _reader.Read(RunId.Parse(run));
        using var timer = new PeriodicTimer(s_look);
        var (training, evaluations, alone) = (0L, 0L, false);
        do
        {
            EventLine? end = null;
            foreach (var read in Unread(record.Id.TrainingStream, training))
            {
                training = read.Sequence;
                var line = EventLine.Of(read, record, EventQuery.Training);
                if (line.EndsRun()) end = line;
                else yield return line;
            }
            foreach (var read in Unread(record.Id.EvaluationStream, evaluations))
            {
                evaluations = read.Sequence;
                yield return EventLine.Of(read, record, EventQuery.Evaluations);
            }
            if (end is not null)
            {
                yield return end;
                yield break;
            }
            if (alone != (alone = Attendance is Attendance.Nobody))
                yield return alone
                    ? new Notice($"nobody is at work at the runs of {directory.Path}; waiting")
                    : new Notice($"somebody is at work at the runs of {directory.Path} again", IsOver: true);
        }
        while (await timer.WaitForNextTickAsync(ct).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _open?.Dispose();
        directory.Dispose();
    }

    IEnumerable<ReadEvent> Unread(string stream, long after) => directory.Store.Journal.Read(stream, after);

    (RunRecord? Run, string? Damage) TryRead(RunId id)
    {
        try { return (_reader.Read(id), null); }
        catch (Exception damaged) when (RunDamage.Is(damaged)) { return (null, $"run {id} cannot be read: {damaged.Message}"); }
    }
}
