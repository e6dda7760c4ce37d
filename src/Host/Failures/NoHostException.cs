namespace ActorRlhf.Host.Failures;

/// <summary>A command that only a host can carry out has none to ask.</summary>
/// <param name="problem">Where there is none, and what to do.</param>
sealed class NoHostException(string problem) : Exception(problem);
