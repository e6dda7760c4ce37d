namespace ActorRlhf.Evaluation.Statistics.Alarm;

/// <summary>A training step of a run whose reward is known to have a flaw, such as a judge with a planted bias.</summary>
/// <param name="Step">The step.</param>
/// <param name="Gap">Score of the flawed judge minus that of a clean one, in units of the score; null where there is none.</param>
/// <param name="Shortcut">Percentage of high-scored completions that use the shortcut; null where too few scored high.</param>
public readonly record struct GapPoint(int Step, double? Gap, double? Shortcut = null);
