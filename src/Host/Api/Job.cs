using ActorRlhf.Host.Failures;
using ActorRlhf.Host.Inquiry;

namespace ActorRlhf.Host.Api;

/// <summary>Work that takes longer than a request may.</summary>
/// <remarks>Any number of threads may ask how it stands.</remarks>
/// <param name="id">By which it is asked for.</param>
/// <param name="kind">What it does: <c>audit</c>, <c>counterfactual</c>, <c>generate</c>, <c>evaluate</c> or <c>benchmark</c>.</param>
/// <param name="by">Name of the token that asked for it.</param>
/// <param name="work">Does it.</param>
/// <param name="givenUp">Hears that somebody does not want it any more; null where nobody needs to.</param>
sealed class Job(string id, string kind, string by, Func<InquiryListener, CancellationToken, Task<object>> work, Action? givenUp)
{
    readonly CancellationTokenSource _cancelled = new();
    readonly Lock _entry = new();
    Func<InquiryListener, CancellationToken, Task<object>>? _work = work;
    JobLine _line = new(id, kind, by, JobState.Queued, 0, null, null, null);

    /// <summary>How it stands.</summary>
    public JobLine Line
    {
        get { lock (_entry) return _line; }
    }

    /// <summary>Whether it has come to an end.</summary>
    public bool IsOver => Line.State is not (JobState.Queued or JobState.Running);

    /// <summary>Somebody does not want it any more.</summary>
    public void GiveUp()
    {
        if (IsOver) return;
        givenUp?.Invoke();
        Cancel();
    }

    /// <summary>Ends it: at once where it waits, else when the work next looks.</summary>
    public void Cancel()
    {
        Change(line => line.State is JobState.Queued ? line with { State = JobState.Cancelled } : line);
        if (IsOver) Volatile.Write(ref _work, null);
        _cancelled.Cancel();
    }

    /// <summary>Does the work; whatever comes of it is how the job stands.</summary>
    /// <param name="failed">Gets what nobody foresaw.</param>
    public async Task RunAsync(Action<Exception> failed)
    {
        // What is asked may be large, and a job that is over is kept for a while.
        if (Interlocked.Exchange(ref _work, null) is not { } todo || IsOver) return;
        Change(line => line with { State = JobState.Running });
        var listener = new InquiryListener(
            text => Change(line => line with { Note = text }), done => Change(line => line with { Progress = done }));
        try
        {
            var result = await todo(listener, _cancelled.Token).ConfigureAwait(false);
            _cancelled.Token.ThrowIfCancellationRequested();
            Change(line => line with { State = JobState.Done, Progress = 1, Result = result });
        }
        catch (OperationCanceledException) when (_cancelled.IsCancellationRequested)
        {
            Change(line => line with { State = JobState.Cancelled });
        }
        catch (Exception thrown)
        {
            var failure = Failure.Of(thrown);
            if (failure.Unforeseen) failed(thrown);
            Change(line => line with { State = JobState.Failed, Problem = string.Join('\n', failure.Lines) });
        }
    }

    void Change(Func<JobLine, JobLine> change)
    {
        lock (_entry) _line = change(_line);
    }
}
