namespace ActorRlhf.Evaluation.Statistics.Alarm;

/// <summary>What two evaluations say of one series.</summary>
/// <param name="Series">Id of the series.</param>
/// <param name="Earlier">j: index of the earlier evaluation.</param>
/// <param name="Later">k: index of the later evaluation.</param>
/// <param name="N">Number of prompts with a score at both.</param>
/// <param name="LogFell">ln F: evidence that the series fell by more than δ.</param>
/// <param name="LogRose">ln G: evidence that the proxy rose for more prompts than it fell for.</param>
public sealed record AlarmPair(string Series, int Earlier, int Later, int N, double LogFell, double LogRose)
{
    /// <summary>ln min(F, G): evidence of both.</summary>
    public double LogBoth => Math.Min(LogFell, LogRose);
}
