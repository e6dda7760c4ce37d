namespace ActorRlhf.Host.Display;

/// <summary>What whoever follows a run should know besides its figures: that it waits, or that its host went away.</summary>
/// <param name="Text">A sentence for a person.</param>
/// <param name="IsOver">Whether it says that what was said before is over.</param>
sealed record Notice(string Text, bool IsOver = false);
