using System.Collections.Immutable;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Deciding;

/// <summary>A run as its training stream tells it; a pure fold of the events.</summary>
public sealed record RunState
{
    /// <summary>Before the first event.</summary>
    public static readonly RunState Empty = new();

    /// <summary>Where the run stands.</summary>
    public RunStatus Status { get; init; } = RunStatus.Queued;
    /// <summary>How it began; null before that.</summary>
    public RunStarted? Started { get; init; }
    /// <summary>The build that it goes on with; null before the first event.</summary>
    public string? Build { get; init; }
    /// <summary>Finished stages in order.</summary>
    public ImmutableArray<StageCompleted> Stages { get; init; } = [];
    /// <summary>How far SFT has come, while it is not finished; null before its first checkpoint.</summary>
    public SftCheckpointed? Sft { get; init; }
    /// <summary>Labelled sets of comparisons.</summary>
    public ImmutableArray<PreferenceLabelled> Preferences { get; init; } = [];
    /// <summary>Trained members of the ensemble.</summary>
    public ImmutableArray<RewardModelTrained> RewardModels { get; init; } = [];
    /// <summary>Steps that count: updated or skipped.</summary>
    public int Step { get; init; }
    /// <summary>Those of them that were not applied, each reason once, in the order in which it first came; of a fork also those it shares.</summary>
    public ImmutableArray<StepsNotApplied> NotApplied { get; init; } = [];
    /// <summary>The first of the run's own steps whose update is in the weights; null before there is one, and after a rollback that undid it.</summary>
    public int? FirstApplied { get; init; }
    /// <summary>KL coefficient of the next step; null where it is the recipe's first value.</summary>
    public double? KlCoefficient { get; init; }
    /// <summary>The policy after the last step.</summary>
    public ContentHash? Weights { get; init; }
    /// <summary>Complete checkpoints that were not removed, oldest first.</summary>
    public ImmutableArray<CheckpointSaved> Checkpoints { get; init; } = [];
    /// <summary>Episodes of all steps.</summary>
    public long Episodes { get; init; }
    /// <summary>Sampled tokens of all steps.</summary>
    public long Tokens { get; init; }
    /// <summary>Of a run that has diverged: the step before the one that could not be computed again.</summary>
    public int? LastStepThatAgreed { get; init; }
    /// <summary>What was changed since in the recipe of the first event, oldest first.</summary>
    public ImmutableArray<RecipeChange> RecipeChanges { get; init; } = [];
    /// <summary>Why it failed, stopped, paused or diverged; null otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the status is final.</summary>
    public bool IsTerminal => Status is RunStatus.Completed or RunStatus.Failed or RunStatus.Stopped or RunStatus.Diverged;

    /// <summary>Every artefact that the rest of the run may need, or that the state names for good.</summary>
    public IEnumerable<ContentHash> Artefacts => Checkpoints.SelectMany(checkpoint => checkpoint.Files).Concat(Sft?.Files ?? [])
        .Concat(Stages.SelectMany(stage => stage.Artefacts)).Select(file => file.Hash).Concat(Preferences.Select(labelled => labelled.Artefact)).Concat(RewardModels.Select(model => model.Weights));

    /// <summary>Whether none of the run's own steps so far has left anything in the weights.</summary>
    public bool HasLearnedNothing => FirstApplied is null && Step > (Started?.Parent?.Step ?? 0);

    /// <summary>A finished stage; null if it is not finished.</summary>
    public StageCompleted? Stage(string name) => Stages.FirstOrDefault(stage => stage.Stage == name);

    /// <summary>The state as canonical JSON; its SHA-256 is in <c>run.completed</c>.</summary>
    public byte[] ToCanonicalJson() => CanonicalJson.Serialize(new
    {
        status = Status.ToString().ToLowerInvariant(),
        recipeHash = Started?.RecipeHash,
        identity = Started?.Identity,
        seed = Started?.Seed,
        parent = Started?.Parent,
        stages = Stages,
        sft = Sft,
        preferences = Preferences,
        rewardModels = RewardModels,
        step = Step,
        klCoefficient = KlCoefficient,
        weights = Weights,
        checkpoints = Checkpoints,
        episodes = Episodes,
        tokens = Tokens,
        reason = Reason,
    });

    /// <summary>SHA-256 of <see cref="ToCanonicalJson"/>.</summary>
    public ContentHash Hash() => ContentHash.Of(ToCanonicalJson());
}
