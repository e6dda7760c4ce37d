using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Training;

namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>Train one member of the ensemble.</summary>
/// <param name="Member">From 0; decides the head's first weights and the order of the data.</param>
/// <param name="Trunk">SHA-256 of the SFT policy, on whose trunk the reward model stands.</param>
/// <param name="Comparisons">What to learn.</param>
/// <param name="Heldout">What accuracy is measured on.</param>
/// <param name="Calibration">Samples of the SFT policy, on which scores get mean 0 and variance 1.</param>
public sealed record TrainRewardModel(
    int Member, ContentHash Trunk, IReadOnlyList<Comparison> Comparisons, IReadOnlyList<Comparison> Heldout,
    IReadOnlyList<TokenSequence> Calibration)
    : IWork<RewardModelReady>;

/// <summary>A trained reward model.</summary>
/// <param name="Member">From 0.</param>
/// <param name="Weights">SHA-256 of its weights, centred and standardised; they are stored.</param>
/// <param name="TrainingLoss">Mean over the last epoch.</param>
/// <param name="TrainingAccuracy">Mean over the last epoch.</param>
/// <param name="Report">How it does on the held-out comparisons.</param>
/// <param name="Bias">Mean score on the calibration samples before centring.</param>
/// <param name="Scale">Standard deviation of the same.</param>
public sealed record RewardModelReady(
    int Member, ContentHash Weights, double TrainingLoss, double TrainingAccuracy, RewardModelReport Report, double Bias, double Scale);

/// <summary>Score completions by every member.</summary>
/// <param name="Members">(K) SHA-256 of the weights of each member.</param>
/// <param name="Sequences">Prompts and completions.</param>
public sealed record ScoreCompletions(IReadOnlyList<ContentHash> Members, IReadOnlyList<TokenSequence> Sequences) : IWork<Scored>;

/// <summary>Score completions by one member; the reply is <see cref="MemberScored"/>.</summary>
/// <param name="Weights">SHA-256 of the member's weights.</param>
/// <param name="Sequences">Prompts and completions.</param>
public sealed record ScoreByMember(ContentHash Weights, IReadOnlyList<TokenSequence> Sequences);

/// <summary>One member's scores.</summary>
/// <param name="Scores">(B).</param>
public sealed record MemberScored(float[] Scores);

/// <summary>Every member's scores.</summary>
/// <param name="Members">(K)(B).</param>
public sealed record Scored(float[][] Members);
