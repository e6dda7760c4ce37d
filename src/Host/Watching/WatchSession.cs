using System.Threading.Channels;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Reading;
using ActorRlhf.Host.Reports;
using ActorRlhf.Host.Training;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Host.Watching;

/// <summary>Looks on at a run that somebody else trains, to its end. Talk goes to stderr, events or the result to stdout.</summary>
static class WatchSession
{
    /// <param name="source">Where the run is read from.</param>
    /// <param name="name">Which run.</param>
    /// <param name="json">Whether its events are printed, each when it is stored, instead of the display and the result.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(IRunSource source, string name, bool json)
    {
        using var interruption = new Interruption();
        var details = await source.ShowAsync(name, interruption.Token).ConfigureAwait(false);
        Talk.Say($"watching run {details.Run}, {details.State}, step {details.Step} of {details.Steps}; "
            + "Ctrl-C ends the watching, not the run");
        var watched = new WatchedRun(details);
        try
        {
            var end = json
                ? await PrintAsync(source, watched, details.Run, interruption.Token).ConfigureAwait(false)
                : await ShowAsync(source, watched, details, interruption.Token).ConfigureAwait(false);
            if (!json) HeldoutSummary.Write(watched.Points);
            return Report(end.View);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            Talk.Say($"stopped watching; run {details.Run} is not touched. To look on again: {source.Next("watch", details.Run)}");
            return ExitCode.Interrupted;
        }
    }

    static async Task<RunEnded> PrintAsync(IRunSource source, WatchedRun watched, string run, CancellationToken ct)
    {
        await foreach (var item in source.FollowAsync(run, ct).ConfigureAwait(false))
        {
            if (item is EventLine line) JsonOutput.Write(line);
            var news = News(item, watched, run);
            foreach (var notice in news.OfType<Notice>()) Talk.Say(notice.Text);
            if (news is [.., RunEnded end]) return end;
        }
        throw new InvalidOperationException("the events of the run broke off");
    }

    static async Task<RunEnded> ShowAsync(IRunSource source, WatchedRun watched, RunDetails details, CancellationToken ct)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await using var items = source.FollowAsync(details.Run, ending.Token).GetAsyncEnumerator(ending.Token);
        var behind = StderrDisplay.IsTerminal ? await BehindAsync(items, watched, details).ConfigureAwait(false) : [];
        if (behind is [.., RunEnded over]) return over;
        var display = StderrDisplay.For(watched.Recipe, watched.State, behind);
        var news = Channel.CreateUnbounded<object>();
        var reading = ReadOnAsync(items, watched, details.Run, news.Writer);
        try { return (RunEnded)await display.FollowAsync(news.Reader, ct).ConfigureAwait(false); }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(false);
        }
    }

    /// <summary>
    /// What was told of the run before anybody looked on: on a terminal it is where the picture begins, and counts in no rate.
    /// </summary>
    static async Task<IReadOnlyList<object>> BehindAsync(IAsyncEnumerator<object> items, WatchedRun watched, RunDetails details)
    {
        var (behind, head) = (new List<object>(), StreamHead.Parse(details.Head).Sequence);
        while (await items.MoveNextAsync().ConfigureAwait(false))
        {
            behind.AddRange(News(items.Current, watched, details.Run));
            if (items.Current is EventLine { Stream: EventQuery.Training } line && line.Sequence >= head) break;
        }
        return behind;
    }

    static async Task ReadOnAsync(IAsyncEnumerator<object> items, WatchedRun watched, string run, ChannelWriter<object> news)
    {
        try
        {
            while (await items.MoveNextAsync().ConfigureAwait(false))
                foreach (var one in News(items.Current, watched, run)) news.TryWrite(one);
            news.Complete();
        }
        catch (Exception failure) { news.Complete(failure); } // it reaches whoever follows the news
    }

    static IReadOnlyList<object> News(object item, WatchedRun watched, string run) => item switch
    {
        EventLine line => watched.Add(line),
        TrainingProgress progress => [new RunProgress(RunId.Parse(run), progress)],
        _ => [item],
    };

    static int Report(RunView run)
    {
        var state = run.State;
        if (state.Status is not RunStatus.Completed)
            return Talk.Refuse(ExitCode.Failed, $"run {run.Run} {state.Status.ToString().ToLowerInvariant()}: {state.Reason}");
        Talk.Say($"run {run.Run} completed after {Counted.Of(state.Step, "step")}");
        return ExitCode.Done;
    }
}
