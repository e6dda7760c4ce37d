using System.Reflection;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Models.Engines.Torch;

namespace ActorRlhf.Actors.Runs.Facts;

/// <summary>What a run says of the program and the machine when it begins.</summary>
public static class RunFacts
{
    /// <summary>
    /// Version of the training logic; it grows when the same recipe and seed
    /// give another trajectory. A run keeps the one that it began with; last digits are those of the build that computes.
    /// </summary>
    public const int LogicVersion = 4;

    /// <summary>The first logic whose last step has the final learning rate.</summary>
    internal const int LogicOfTheLastStep = 3;

    /// <summary>The first logic whose adaptive KL coefficient stays above 0 and finite.</summary>
    internal const int LogicOfTheBoundedController = 3;

    /// <summary>The first logic that reads tokenizers and data as this build does.</summary>
    internal const int LogicOfTheReading = 3;

    /// <summary>The first logic whose logs say of each change of the writer, and of each key that it changed in the recipe.</summary>
    internal const int LogicOfTheToldRestart = 3;

    /// <summary>The first logic whose recipes name the engine, and whose exp and log are our own.</summary>
    internal const int LogicOfOurOwnKernels = 4;

    /// <summary>Runs of later logic fail where none of their steps was applied; those up to here were completed all the same.</summary>
    internal const int LastLogicThatCompletedWithoutLearning = 2;

    /// <summary>What is said when a run begins.</summary>
    /// <param name="recipe">What it was told.</param>
    /// <param name="parent">For a fork.</param>
    public static RunStarted Of(Recipe recipe, ForkPoint? parent = null) => new(
        recipe.ToYaml(), ContentHash.Parse(recipe.Hash()), Identity(recipe), recipe.Seed,
        LogicVersion, Build, $"{RecipeNames.Of(recipe.Compute.Device)}; {CpuName()}", recipe.Compute.Threads,
        Libraries(recipe.Compute), parent);

    /// <summary>What is said of a run that has to wait.</summary>
    public static RunQueued Queued(Recipe recipe, ForkPoint? parent, string by, int priority) =>
        new(recipe.ToYaml(), ContentHash.Parse(recipe.Hash()), Identity(recipe), parent, by, priority);

    static ContentHash Identity(Recipe recipe) => ContentHash.Parse(RecipeIdentity.Hash(recipe));

    /// <summary>Version and commit of the program.</summary>
    public static string Build { get; } =
        typeof(RunFacts).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Names and versions of the libraries that a run's numbers depend on.</summary>
    public static string[] Libraries(ComputeRecipe recipe) =>
    [
        $".NET {Environment.Version}",
        .. recipe.NeedsTorch && TorchEngine.IsThere ? new[] { TorchEngine.Library, $"TorchSharp {TorchEngine.Binding}" } : [],
        $"Akka {VersionOf("Akka")}",
    ];

    static Version VersionOf(string library) =>
        typeof(RunFacts).Assembly.GetReferencedAssemblies().Single(name => name.Name == library).Version!;

    static string CpuName()
    {
        const string cpuInfo = "/proc/cpuinfo", key = "model name";
        var line = File.Exists(cpuInfo)
            ? File.ReadLines(cpuInfo).FirstOrDefault(text => text.StartsWith(key, StringComparison.Ordinal))
            : null;
        return line?[(line.IndexOf(':') + 1)..].Trim() ?? System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString();
    }
}
