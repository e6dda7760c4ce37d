using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Witnessing;
using Akka.Event;

namespace ActorRlhf.Actors.Live.Runs;

/// <summary>Sends the alarm of a run to the address that its recipe names, once it is stored.</summary>
/// <remarks>
/// A run that was cut off before the next event is sent its alarm's letter once more: the run and the step tell that it is the same.
/// </remarks>
/// <param name="witnesses">Who sends for the host.</param>
/// <param name="log">Gets what went wrong.</param>
/// <param name="news">Gets a <see cref="RunNotTold"/> likewise.</param>
sealed class RunWebhook(RunContext run, Witnesses witnesses, ILoggingAdapter log, EventStream news)
{
    /// <summary>Called when an alarm is stored; returns at once.</summary>
    public void Tell(MismatchDetected alarm)
    {
        if (run.Recipe.Evaluation is not { Webhook: { } url } evaluation) return;
        var model = alarm.Best is { } best ? FormattableString.Invariant($"run:{run.Id}@{best}") : null;
        var body = JsonLines.Write([new Alarm("mismatch.detected", run.Id.Value, run.Recipe.Name, alarm.Step, alarm.Evidence,
            alarm.Threshold, alarm.Series, alarm.Best, model)]);
        witnesses.Send(new MailAddress(url, evaluation.WebhookTokenFile), body, (fate, why) => OnLate(url, alarm.Step, fate, why));
    }

    void OnLate(Uri url, int step, LetterFate fate, string why)
    {
        log.Warning("{Run}: the webhook {Url}, alarm of step {Step}: {Fate}: {Reason}", run.Id, url, step, fate, why);
        if (fate is not LetterFate.ToldLate)
            news.Publish(new RunNotTold(run.Id, $"the webhook {url.AbsoluteUri}", why, fate is LetterFate.Waits));
    }

    /// <param name="Event">Name of the event that was stored.</param>
    /// <param name="Run">Whose alarm it is.</param>
    /// <param name="Recipe">Name of its recipe.</param>
    /// <param name="Step">Updates of the policy at the evaluation that raised it.</param>
    /// <param name="Evidence">S.</param>
    /// <param name="Threshold">1/α, which S reached.</param>
    /// <param name="Series">What fell, and between which steps; the largest part first.</param>
    /// <param name="Best">The step to take; null where nothing can say so.</param>
    /// <param name="Model">Name of that step's policy, as commands take it.</param>
    sealed record Alarm(
        string Event, string Run, string Recipe, int Step, double Evidence, double Threshold, MismatchSeries[] Series, int? Best,
        string? Model);
}
