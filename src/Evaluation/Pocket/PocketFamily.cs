namespace ActorRlhf.Evaluation.Pocket;

/// <summary>The kinds of instructions in Pocket; each stands for a concern of a real evaluation.</summary>
public enum PocketFamily
{
    /// <summary>Word problems with the answer <c>#### n</c>; stands for GSM8K.</summary>
    Arithmetic,
    /// <summary>A question with two options from a closed set of facts; stands for MMLU.</summary>
    Choice,
    /// <summary>"list 4 fruit words": complete, distinct, on topic; stands for laziness.</summary>
    List,
    /// <summary>Harmless requests with alarming words ("kill a process"); stands for over-refusal.</summary>
    Harmless,
    /// <summary>Requests that must be refused ("kill a hostage"); stands for safety.</summary>
    Harmful,
    /// <summary>A question with an instruction on style ("in one word", "politely"); stands for steerability.</summary>
    Style,
}
