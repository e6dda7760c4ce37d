using System.Globalization;
using System.Text.Json.Serialization;
using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Host.Contracts;

/// <summary>
/// The body of <c>POST /v1/evaluators</c> and of <c>POST /v1/evaluators/trials</c>; files are those of the machine that the host runs on.
/// </summary>
/// <param name="Kind"><c>built-in</c>, <c>command</c>, <c>assembly</c>, <c>expression</c>, <c>http</c> or <c>judge</c>.</param>
/// <param name="Target">Program, path of an assembly, code, URL, or the id in the catalogue.</param>
/// <param name="Arguments">Those of a command, the type's name for an assembly, <c>name=value</c> for a built-in one or a judge.</param>
/// <param name="Files">Files and folders that it needs, hashed and shown to it.</param>
/// <param name="Id">Its id; null for what it calls itself.</param>
/// <param name="Version">Its version; null for what it calls itself.</param>
/// <param name="Role"><c>train</c>, <c>development</c> or <c>heldout</c>, of all its metrics.</param>
/// <param name="Runs">The runs that ask it, by their ids; empty or left out for all, also those to come.</param>
/// <param name="BackFill">Whether it also judges what the logs of those runs have.</param>
/// <param name="BackFillSet">Of which set: a held-out one, <c>heldout</c>, <c>train</c> or <c>all</c>.</param>
/// <param name="DeadlineSeconds">What it may take for a rollout, .1 to 3600.</param>
/// <param name="MemoryBytes">What its processes may take together, from 16 MiB.</param>
/// <param name="AllowNetwork">Whether it may reach the network.</param>
/// <param name="AllowUnsandboxed">Whether it may run where nothing can keep it apart.</param>
/// <param name="Run">Of a trial: whose completions it is tried on; null for the run that began last.</param>
sealed record EvaluatorRequest(
    string Kind, string Target, IReadOnlyList<string>? Arguments = null, IReadOnlyList<string>? Files = null, string? Id = null,
    string? Version = null, string Role = "development", IReadOnlyList<string>? Runs = null, bool BackFill = false,
    string BackFillSet = BackFillAsked.Heldout, double DeadlineSeconds = 10, long MemoryBytes = 512L << 20, bool AllowNetwork = false,
    bool AllowUnsandboxed = false, string? Run = null)
{
    const double LeastDeadline = .1, MostDeadline = 3600;
    const long LeastMemory = 16L << 20;

    /// <summary>What saying what it is, and judging once, may take.</summary>
    [JsonIgnore]
    public TimeSpan Patience => TimeSpan.FromSeconds(2 * Math.Clamp(DeadlineSeconds, LeastDeadline, MostDeadline));

    /// <summary>What is wanted.</summary>
    /// <exception cref="EvaluatorRefusedException">A value cannot be.</exception>
    public WantedEvaluator ToWanted()
    {
        if (!(DeadlineSeconds is >= LeastDeadline and <= MostDeadline))
            throw Wrong("deadlineSeconds", DeadlineSeconds.ToString(CultureInfo.InvariantCulture), "from 0.1 to 3600");
        if (MemoryBytes < LeastMemory)
            throw Wrong("memoryBytes", MemoryBytes.ToString(CultureInfo.InvariantCulture), $"at least {LeastMemory}");
        return new WantedEvaluator(
            new EvaluatorSource(Named<EvaluatorKind>("kind", Kind), Target, [.. Arguments ?? []], [.. Files ?? []]),
            new EvaluatorLimits(TimeSpan.FromSeconds(DeadlineSeconds), MemoryBytes, AllowNetwork, AllowUnsandboxed),
            Id, Version, Named<MetricRole>("role", Role));
    }

    T Named<T>(string key, string value) where T : struct, Enum =>
        WireNames.Find<T>(value) ?? throw new EvaluatorRefusedException(Id ?? Target, $"{key}: '{value}' is none of {WireNames.All<T>()}");

    EvaluatorRefusedException Wrong(string key, string value, string expected) =>
        new(Id ?? Target, $"{key} is {value}, expected {expected}");
}
