using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Evaluation.Pocket;
using ActorRlhf.Evaluation.Randomness;

namespace ActorRlhf.Evaluation.Tests;

/// <summary>Builders shared by the tests.</summary>
static class Some
{
    public const string Refusal = "sorry , i can not help with that .";

    public static PocketPrompt Prompt(string text) =>
        PocketWorld.Find(text) ?? throw new ArgumentException($"\"{text}\" is no prompt of Pocket.");

    public static PhiloxStream Draws(uint sample = 0) => new(seed: 7, purpose: 2, step: 0, sample);

    public static EvaluationItem Item(string prompt, string completion, string? stopReason = EvaluationItem.StoppedByEos) =>
        new("item-1", prompt, completion) { StopReason = stopReason };
}
