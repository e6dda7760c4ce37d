namespace ActorRlhf.Actors.Recipes;

/// <summary>What happens when the alarm is raised: development evaluations fell while the reward rose.</summary>
public enum MismatchRule
{
    /// <summary><c>record</c>: the log says so, and the run goes on.</summary>
    Record,
    /// <summary><c>pause</c>: a person decides.</summary>
    Pause,
    /// <summary><c>stop-and-keep-best</c>: the run ends; the log names the step to take, whose policy it can give back.</summary>
    StopAndKeepBest,
}
