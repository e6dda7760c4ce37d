using ActorRlhf.Actors.Evaluators;

namespace ActorRlhf.Host.Contracts;

/// <summary>What came of judging logged rollouts, as <c>evaluate RUN --json</c> prints it.</summary>
/// <param name="Evaluator">Who judged.</param>
/// <param name="Version">In which version.</param>
/// <param name="Runs">Whose rollouts.</param>
/// <param name="Judged">Rollouts that were judged now; those that had been judged before are not counted.</param>
/// <param name="Failed">Rollouts that could not be judged.</param>
/// <param name="Problem">The first failure, or why it was given up; null where all went well.</param>
sealed record BackFillLine(string Evaluator, string Version, IReadOnlyList<string> Runs, int Judged, int Failed, string? Problem)
{
    /// <summary>The line of what has ended.</summary>
    public static BackFillLine Of(BackFillAsked asked, BackFillEnded ended) =>
        new(asked.Evaluator, asked.Version, asked.Runs, ended.Judged, ended.Failed, ended.Problem);
}
