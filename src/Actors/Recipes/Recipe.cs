using System.Security.Cryptography;
using System.Text;

namespace ActorRlhf.Actors.Recipes;

/// <summary>Everything a run is told before it starts: one YAML file, every key of which has a default.</summary>
/// <remarks>
/// Values are validated by <see cref="RecipeReader"/>; the keys, their ranges and
/// meanings are <see cref="RecipeKeys"/> and <c>docs/recipes.md</c>. Equal by value.
/// </remarks>
public sealed record Recipe
{
    /// <summary>What people call it, <c>^[a-z0-9-]{1,48}$</c>. Default <c>unnamed</c>.</summary>
    public string Name { get; init; } = "unnamed";
    /// <summary>One line for the list of recipes, at most 500 characters. Default empty.</summary>
    public string Description { get; init; } = "";
    /// <summary>The key of every random draw of the run. Default 0.</summary>
    public ulong Seed { get; init; }
    /// <summary>Section <c>world</c>.</summary>
    public WorldRecipe World { get; init; } = new();
    /// <summary>Section <c>data</c>.</summary>
    public DataRecipe Data { get; init; } = new();
    /// <summary>Section <c>policy</c>.</summary>
    public PolicyRecipe Policy { get; init; } = new();
    /// <summary>Section <c>pretrain</c>.</summary>
    public PretrainRecipe Pretrain { get; init; } = new();
    /// <summary>Section <c>sampling</c>.</summary>
    public SamplingRecipe Sampling { get; init; } = new();
    /// <summary>Section <c>annotator</c>.</summary>
    public AnnotatorRecipe Annotator { get; init; } = new();
    /// <summary>Section <c>preferences</c>.</summary>
    public PreferencesRecipe Preferences { get; init; } = new();
    /// <summary>Section <c>reward</c>.</summary>
    public RewardRecipe Reward { get; init; } = new();
    /// <summary>Section <c>rl</c>.</summary>
    public RlRecipe Rl { get; init; } = new();
    /// <summary>Section <c>kl</c>.</summary>
    public KlRecipe Kl { get; init; } = new();
    /// <summary>Section <c>evaluation</c>.</summary>
    public EvaluationRecipe Evaluation { get; init; } = new();
    /// <summary>Section <c>checkpoint</c>.</summary>
    public CheckpointRecipe Checkpoint { get; init; } = new();
    /// <summary>Section <c>witness</c>.</summary>
    public WitnessRecipe Witness { get; init; } = new();
    /// <summary>Section <c>recovery</c>.</summary>
    public RecoveryRecipe Recovery { get; init; } = new();
    /// <summary>Section <c>compute</c>.</summary>
    public ComputeRecipe Compute { get; init; } = new();

    /// <summary>
    /// The canonical text: every key, in the order of <see cref="RecipeKeys.All"/>, lines
    /// ended by <c>\n</c>, the same in every culture. Reading it gives an equal recipe.
    /// </summary>
    public string ToYaml() => RecipeWriter.Write(this);

    /// <summary>
    /// SHA-256 of <see cref="ToYaml"/> as UTF-8, 64 lower-case hexadecimal digits.
    /// It covers all keys; what determines a result is <see cref="RecipeIdentity"/>.
    /// </summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToYaml())));
}
