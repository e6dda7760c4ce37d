namespace ActorRlhf.Evaluation.Catalogue.Refusals;

/// <summary>A word or a mark of a completion.</summary>
/// <param name="Word">Its number among <see cref="RefusalWords"/>; 0 where the model knows nothing about it.</param>
/// <param name="Start">Where it begins in the text; both words of a contraction begin and end where the contraction does.</param>
/// <param name="End">Where it ends, exclusively.</param>
/// <param name="Sentence">Which sentence it stands in, from 0.</param>
/// <param name="Opens">True where a sentence begins with it.</param>
/// <param name="IsQuoted">True where it stands in quotation marks, in code or in a line of a dialogue.</param>
readonly record struct RefusalToken(int Word, int Start, int End, int Sentence, bool Opens, bool IsQuoted);
