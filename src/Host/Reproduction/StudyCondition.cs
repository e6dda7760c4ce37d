namespace ActorRlhf.Host.Reproduction;

/// <summary>One of the ways in which a study trains.</summary>
/// <param name="Name">Lower case, digits and hyphens; part of the ids of its runs.</param>
/// <param name="Overrides"><c>key=value</c>: what it changes in the study's recipe.</param>
sealed record StudyCondition(string Name, params string[] Overrides);
