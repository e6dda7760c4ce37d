namespace ActorRlhf.Models.Data;

/// <summary>Dialogues within the token limits, and how many were touched to get there.</summary>
/// <param name="Dialogues">In the given order.</param>
/// <param name="PromptsShortened">Dialogues whose prompt lost its oldest tokens.</param>
/// <param name="DialoguesSkipped">Dialogues that were left out.</param>
/// <param name="CompletionsCut">Answers, of those that were kept, that lost their end and with it EOS; a dialogue has two.</param>
public sealed record TruncatedDialogues(
    IReadOnlyList<TokenizedDialogue> Dialogues, int PromptsShortened, int DialoguesSkipped, int CompletionsCut);
