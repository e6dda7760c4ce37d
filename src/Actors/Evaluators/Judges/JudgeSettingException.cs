namespace ActorRlhf.Actors.Evaluators.Judges;

/// <summary>A setting of a judge, its address, its key or its template is not what it can be.</summary>
/// <param name="message">Name, value where it may be shown, and what was expected.</param>
public sealed class JudgeSettingException(string message) : Exception(message);
