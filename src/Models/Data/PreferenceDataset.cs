namespace ActorRlhf.Models.Data;

/// <summary>A file of preferences, read to its end.</summary>
/// <param name="Dialogues">The good lines, in file order.</param>
/// <param name="Problems">
/// The lines that were left out, in file order. Together with the dialogues they are all lines that are not blank.
/// </param>
/// <param name="Sha256">Of the uncompressed bytes, in lower-case hexadecimal digits: compressing a dataset does not change it.</param>
public sealed record PreferenceDataset(IReadOnlyList<PreferenceDialogue> Dialogues, IReadOnlyList<DatasetProblem> Problems, string Sha256);
