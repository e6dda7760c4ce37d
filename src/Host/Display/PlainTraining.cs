using System.Threading.Channels;
using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;

namespace ActorRlhf.Host.Display;

/// <summary>A run in plain lines, one for each stage and each evaluation: for pipes, files and terminals without cursor.</summary>
/// <param name="steps">RL steps of the recipe.</param>
sealed class PlainTraining(int steps) : ITrainingDisplay
{
    /// <inheritdoc/>
    public async Task<RunNews> FollowAsync(ChannelReader<object> news, CancellationToken ct)
    {
        await foreach (var item in news.ReadAllAsync(ct).ConfigureAwait(false))
        {
            if (Line(item) is { } line) Talk.Say(line);
            if (item is RunEnded or RunLost) return (RunNews)item;
        }
        throw new InvalidOperationException("the news of the run broke off");
    }

    /// <summary>What is said of a piece of news; null for nothing.</summary>
    public string? Line(object news) => news switch
    {
        StageEnded { Events: [.., var last] } stage when last.Fact is StageCompleted completed =>
            $"{stage.Stage}: {string.Join(", ", completed.Metrics.Select(metric => $"{metric.Name} {Readable.Rough(metric.Value)}"))}"
                + (last.Duration is { } took ? $" in {Readable.Of(took)}" : "")
                + (stage.Events[0].Fact is StageReused reused ? $", taken from run {reused.Run}" : ""),
        RunEvaluated evaluated => $"evaluation after step {evaluated.Evaluation.Step} of {steps}: {Readable.Of(evaluated.Evaluation)}"
            + (evaluated.Evaluation.Mismatch is { } mismatch ? $"; alarm: {Readable.Of(mismatch)}" : ""),
        RunNotTold told =>
            $"warning: {told.Whom} could not be told: {told.Reason}{(told.IsTriedAgain ? "; it is tried again" : "")}",
        Notice notice => notice.Text,
        JournalReadiness { Ready: false, Reason: { } reason } => $"warning: {reason}",
        _ => null,
    };
}
