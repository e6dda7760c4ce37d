using System.Collections.Immutable;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Runs.Facts;
using MessagePack;

namespace ActorRlhf.Actors.Runs.Deciding;

/// <summary>A run as its training stream tells it; a pure fold of the events.</summary>
/// <remarks>
/// Its MessagePack is what a snapshot holds: whoever changes a key here, or what
/// <see cref="Run.Evolve"/> makes of an event, raises <see cref="SnapshotKind"/>.
/// </remarks>
[MessagePackObject]
public sealed record RunState
{
    /// <summary>Kind of the snapshots; those of another kind are not read.</summary>
    public const string SnapshotKind = StreamSnapshot.KindPrefix + "run/4";

    /// <summary>Before the first event.</summary>
    public static readonly RunState Empty = new();

    /// <summary>Where the run stands.</summary>
    [Key(0)]
    public RunStatus Status { get; init; } = RunStatus.Queued;
    /// <summary>How it began; null before that.</summary>
    [Key(1)]
    public RunStarted? Started { get; init; }
    /// <summary>The build that it goes on with; null before it has begun.</summary>
    [Key(2)]
    public string? Build { get; init; }
    /// <summary>Finished stages in order.</summary>
    [Key(3)]
    public ImmutableArray<StageCompleted> Stages { get; init; } = [];
    /// <summary>How far SFT has come, while it is not finished; null before its first checkpoint.</summary>
    [Key(4)]
    public SftCheckpointed? Sft { get; init; }
    /// <summary>Labelled sets of comparisons.</summary>
    [Key(5)]
    public ImmutableArray<PreferenceLabelled> Preferences { get; init; } = [];
    /// <summary>Trained members of the ensemble.</summary>
    [Key(6)]
    public ImmutableArray<RewardModelTrained> RewardModels { get; init; } = [];
    /// <summary>Steps that count: applied, skipped or rolled back.</summary>
    [Key(7)]
    public int Step { get; init; }
    /// <summary>
    /// Those of them that were not applied, each reason once, in the order in which it first came; of a fork also those it shares.
    /// </summary>
    [Key(8)]
    public ImmutableArray<StepsNotApplied> NotApplied { get; init; } = [];
    /// <summary>
    /// The first of the run's own steps whose update is in the weights; null before there is one, and after a rollback that undid it.
    /// </summary>
    [Key(9)]
    public int? FirstApplied { get; init; }
    /// <summary>KL coefficient of the next step; null where it is the recipe's first value.</summary>
    [Key(10)]
    public double? KlCoefficient { get; init; }
    /// <summary>The policy after the last step.</summary>
    [Key(11)]
    public ContentHash? Weights { get; init; }
    /// <summary>Complete checkpoints that were not removed, oldest first.</summary>
    [Key(12)]
    public ImmutableArray<CheckpointSaved> Checkpoints { get; init; } = [];
    /// <summary>Episodes of all steps.</summary>
    [Key(13)]
    public long Episodes { get; init; }
    /// <summary>Sampled tokens of all steps.</summary>
    [Key(14)]
    public long Tokens { get; init; }
    /// <summary>Of a run that has diverged: the step before the one that could not be computed again.</summary>
    [Key(15)]
    public int? LastStepThatAgreed { get; init; }
    /// <summary>What was changed since in the recipe that it began with, oldest first.</summary>
    [Key(16)]
    public ImmutableArray<RecipeChange> RecipeChanges { get; init; } = [];
    /// <summary>Why it failed, stopped, paused or diverged; null otherwise.</summary>
    [Key(17)]
    public string? Reason { get; init; }

    /// <summary>How it was asked for, where it had to wait; null for a run that began at once.</summary>
    [Key(18)]
    public RunQueued? Queued { get; init; }

    /// <summary>Steps after which a checkpoint was saved out of turn, because the run came to rest there.</summary>
    [Key(19)]
    public ImmutableArray<int> OutOfTurn { get; init; } = [];

    /// <summary>The step at which it was last paused; null if it never was.</summary>
    [Key(20)]
    public int? PausedAt { get; init; }

    /// <summary>What the run's recipe and parent are from; null before the first event.</summary>
    [IgnoreMember]
    public IFirstEvent? Beginning => Started ?? (IFirstEvent?)Queued;

    /// <summary>Where the run left, or will leave, the one that it is a fork of; null if it is none.</summary>
    [IgnoreMember]
    public ForkPoint? Parent => Beginning?.Parent;

    /// <summary>Whether it was asked for and has not begun.</summary>
    [IgnoreMember]
    public bool IsWaiting => Status is RunStatus.Queued && Queued is not null;

    /// <summary>Whether the status is final.</summary>
    [IgnoreMember]
    public bool IsTerminal => Status is RunStatus.Completed or RunStatus.Failed or RunStatus.Stopped or RunStatus.Diverged;

    /// <summary>Every artefact that the rest of the run may need, or that the state names for good.</summary>
    [IgnoreMember]
    public IEnumerable<ContentHash> Artefacts => Checkpoints.SelectMany(checkpoint => checkpoint.Files).Concat(Sft?.Files ?? [])
        .Concat(Stages.SelectMany(stage => stage.Artefacts)).Select(file => file.Hash)
        .Concat(Preferences.Select(labelled => labelled.Artefact)).Concat(RewardModels.Select(model => model.Weights));

    /// <summary>The policy that SFT ended with, which is the reference; only where SFT is finished.</summary>
    [IgnoreMember]
    public ContentHash SftPolicy => Stage(StageNames.Sft)!.Artefacts[0].Hash;

    /// <summary>The weights of the ensemble, in the order of its members.</summary>
    [IgnoreMember]
    public IReadOnlyList<ContentHash> Members => [.. RewardModels.Select(model => model.Weights)];

    /// <summary>Whether none of the run's own steps so far has left anything in the weights.</summary>
    [IgnoreMember]
    public bool HasLearnedNothing => FirstApplied is null && Step > (Parent?.Step ?? 0);

    /// <summary>Whether a checkpoint was due, and not saved because the run came to rest.</summary>
    public bool IsInTurn(CheckpointSaved saved) => !OutOfTurn.Contains(saved.Step);

    /// <summary>The checkpoint that a rollback of a step goes back to; null for the SFT model.</summary>
    public CheckpointSaved? RollbackTarget(int step) => Checkpoints.LastOrDefault(saved => saved.Step < step && IsInTurn(saved));

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

    /// <summary>What a snapshot holds.</summary>
    internal byte[] ToBytes() => MessagePackSerializer.Serialize(this, LogFormat.Options);

    /// <summary>The state in a snapshot; null for other bytes.</summary>
    internal static RunState? TryParse(byte[] bytes)
    {
        try { return MessagePackSerializer.Deserialize<RunState>(bytes, LogFormat.Options); }
        catch (MessagePackSerializationException) { return null; } // the stream itself tells the same, only later
    }

    /// <summary>SHA-256 of <see cref="ToCanonicalJson"/>.</summary>
    public ContentHash Hash() => ContentHash.Of(ToCanonicalJson());
}
