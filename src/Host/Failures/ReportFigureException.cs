namespace ActorRlhf.Host.Failures;

/// <summary>A report has no figure of that name.</summary>
/// <param name="figure">What was asked for.</param>
/// <param name="known">Those that there are.</param>
sealed class ReportFigureException(string figure, IReadOnlyList<string> known) : Exception(known.Count == 0
    ? $"--figure: there is no '{figure}': without two evaluated steps, and for several runs without √KL, there are no figures"
    : $"--figure: '{figure}' is not one of {string.Join(", ", known)}");
