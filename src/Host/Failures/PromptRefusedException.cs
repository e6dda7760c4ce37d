using ActorRlhf.Models.ModelFolders;
using ActorRlhf.Models.Tokenizers;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Host.Failures;

/// <summary>A model cannot continue a prompt.</summary>
/// <param name="why">What is wrong with it.</param>
sealed class PromptRefusedException(string why) : Exception($"--prompt: {why}")
{
    /// <summary>What is wrong with it.</summary>
    public string Why => why;

    /// <summary>A prompt's tokens.</summary>
    /// <exception cref="PromptRefusedException">It has none, or more than the model has room for.</exception>
    public static int[] Encode(string prompt, ModelToGenerate model)
    {
        int[] ids;
        try { ids = model.Tokenizer.EncodePrompt(prompt); }
        catch (UntokenizableTextException unknown) { throw new PromptRefusedException(unknown.Message); }
        var room = model.Weights.Config.MaxPositions;
        return ids.Length < room ? ids : throw new PromptRefusedException($"it has {Counted.Of(ids.Length, "token")}; the model has "
            + $"{Counted.Of(room, "position")} and one must be left, so shorten it to {room - 1}");
    }
}
