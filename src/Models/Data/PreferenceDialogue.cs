namespace ActorRlhf.Models.Data;

/// <summary>A dialogue with two answers, of which a person preferred one.</summary>
/// <param name="Id">First 16 hexadecimal digits of the SHA-256 of the three texts: the same pair has the same id in every file.</param>
/// <param name="Prompt">The dialogue up to and including the last <c>\n\nAssistant:</c>.</param>
/// <param name="Chosen">The preferred answer, without the space that separates it from the prompt; may be empty.</param>
/// <param name="Rejected">The other answer, likewise.</param>
public sealed record PreferenceDialogue(string Id, string Prompt, string Chosen, string Rejected);
