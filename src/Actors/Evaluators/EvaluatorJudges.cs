using System.Globalization;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>Makes judges of the evaluators that people bring.</summary>
/// <param name="runner">Runs assemblies and expressions.</param>
/// <param name="log">Gets the id of an evaluator and a line of its standard error; called from any thread.</param>
/// <param name="sandbox">What holds evaluators; null for what this machine offers.</param>
public sealed class EvaluatorJudges(EvaluatorRunner runner, Action<string, string>? log = null, Sandbox? sandbox = null)
{
    const int HashDigits = 12;                 // of the version of an expression or a judge that was given none
    const long LeastMemory = 16L << 20;

    /// <summary>Looks at an evaluator for the first time: hashes it, starts it once, and asks it who it is.</summary>
    /// <param name="source">What it is made of; paths may count from the current folder.</param>
    /// <param name="limits">What it may take; the deadline is also that of this look.</param>
    /// <param name="id">
    /// What it must be called; what it will be called if it is an expression, which needs it, a judge or a built-in one.
    /// </param>
    /// <param name="version">The same of its version.</param>
    /// <param name="role">Of all its metrics; null for a built-in one's own, and <see cref="MetricRole.Development"/> for others.</param>
    /// <param name="ct">Ends the look.</param>
    /// <exception cref="EvaluatorRefusedException">It cannot be brought; the message says why.</exception>
    public async Task<InjectedEvaluator> DiscoverAsync(
        EvaluatorSource source, EvaluatorLimits limits, string? id, string? version, MetricRole? role, CancellationToken ct)
    {
        var name = id ?? EvaluatorName.Of(source);
        Check(source, limits, name, id, version);
        source = SourcePaths.Rooted(source);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct);
        late.CancelAfter(limits.Deadline);
        try
        {
            var (said, hash) = await LookAsync(source, limits, name, id, version, late.Token).ConfigureAwait(false);
            CheckNames(source, said, name, id, version);
            var metrics = role is { } given ? [.. said.Metrics.Select(metric => metric with { Role = given })] : said.Metrics;
            return new InjectedEvaluator(new EvaluatorDescription(said.Id, said.Version, hash, said.Needs, metrics), source, limits);
        }
        catch (EvaluatorFaultException fault) { throw new EvaluatorRefusedException(name, fault.Reason); }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new EvaluatorRefusedException(name, string.Create(
                CultureInfo.InvariantCulture, $"it did not say who it is within {limits.Deadline.TotalSeconds} s; "
                    + $"where that is too little for it to start or to be compiled, give it more with --deadline"));
        }
    }

    /// <summary>A judge that starts the evaluator when it is first asked; whoever made it disposes it, where it can be disposed.</summary>
    /// <exception cref="EvaluatorRefusedException">A built-in one is not what was injected.</exception>
    public IJudge Create(InjectedEvaluator evaluator)
    {
        var (description, source, limits) = evaluator;
        return source.Kind switch
        {
            EvaluatorKind.BuiltIn => CreateBuiltIn(description, source),
            EvaluatorKind.Http => new HttpJudge(description, limits, source.Target),
            EvaluatorKind.Judge => new LlmJudge(description, source, limits, TimeProvider.System),
            _ => new ProcessJudge(description, Start(source, limits, description.Id, description.Version)),
        };
    }

    /// <summary>
    /// What keeps an evaluator apart on this machine: <c>namespaces</c>; <c>none</c> where there is nothing; <c>in-process</c> for a
    /// built-in one, which needs none, and <c>remote</c> for an endpoint or a model, which is elsewhere.
    /// </summary>
    public string IsolationOf(InjectedEvaluator evaluator) => evaluator.Source.Kind switch
    {
        EvaluatorKind.BuiltIn => "in-process",
        EvaluatorKind.Http or EvaluatorKind.Judge => "remote",
        _ => (sandbox ?? Sandbox.Detect()).IsAvailable ? "namespaces" : EvaluatorInjected.NoIsolation,
    };

    static void Check(EvaluatorSource source, EvaluatorLimits limits, string name, string? id, string? version)
    {
        if (source.Target.Length == 0 || source.Files.Any(file => file.Length == 0)
            || source.Arguments.Concat(source.Files).Append(source.Target).Any(text => text.Contains('\0')))
            throw new EvaluatorRefusedException(name, "a part of what it is made of is empty, or has a NUL in it");
        if (limits.Deadline <= TimeSpan.Zero || limits.Deadline > TimeSpan.FromDays(1))
            throw new EvaluatorRefusedException(name, $"its deadline is {limits.Deadline}, expected more than 0 and at most a day");
        if (limits.Memory < LeastMemory)
            throw new EvaluatorRefusedException(name, string.Create(
                CultureInfo.InvariantCulture, $"its memory is {limits.Memory} bytes, expected at least {LeastMemory}"));
        if (source.Kind is EvaluatorKind.Expression && id is null)
            throw new EvaluatorRefusedException(name, "an expression has no name of its own: give it one with --id");
        foreach (var given in (string?[])[id, version])
            if (given is not null && !EvaluatorName.IsValid(given))
                throw new EvaluatorRefusedException(name, $"'{given}' cannot be its id or version, {EvaluatorName.Rule}");
    }

    /// <summary>A name that was given is the name that it has, unless it has none of its own.</summary>
    static void CheckNames(EvaluatorSource source, SelfDescription said, string name, string? id, string? version)
    {
        if (id is not null && id != said.Id && source.Kind is not EvaluatorKind.BuiltIn)
            throw new EvaluatorRefusedException(name, $"it calls itself '{said.Id}', expected '{id}': give that name, or none");
        if (version is not null && version != said.Version)
            throw new EvaluatorRefusedException(name, $"its version is '{said.Version}', expected '{version}': give that version, or none");
    }

    async Task<(SelfDescription Said, ContentHash Hash)> LookAsync(
        EvaluatorSource source, EvaluatorLimits limits, string name, string? id, string? version, CancellationToken ct)
    {
        switch (source.Kind)
        {
            case EvaluatorKind.BuiltIn:
                var evaluator = BuiltIn(source);
                return (new(id ?? evaluator.Id, evaluator.Version, evaluator.Needs, evaluator.Metrics), EvaluatorHash.Of(source));
            case EvaluatorKind.Http:
                using (var endpoint = new HttpEvaluator(name, source.Target))
                    return (await endpoint.HelloAsync(ct).ConfigureAwait(false), EvaluatorHash.Of(source));
            case EvaluatorKind.Judge:
                var judge = LlmJudge.Describe(source, id, version, HashDigits);
                return (new(judge.Id, judge.Version, judge.Needs, judge.Metrics), judge.Hash);
            default:
                if (source.Kind is EvaluatorKind.Expression) version ??= EvaluatorHash.Of(source).ToString()[..HashDigits];
                var process = await EvaluatorProcess.StartAsync(Start(source, limits, name, version), null, ct).ConfigureAwait(false);
                var found = (process.Said, process.Hash);
                await process.EndAsync().ConfigureAwait(false);
                return found;
        }
    }

    EvaluatorStart Start(EvaluatorSource source, EvaluatorLimits limits, string name, string? version) =>
        new(name, source, limits, version, runner, sandbox ?? Sandbox.Detect(), line => log?.Invoke(name, line));

    static BuiltInJudge CreateBuiltIn(EvaluatorDescription description, EvaluatorSource source)
    {
        var evaluator = BuiltIn(source);
        if (EvaluatorHash.Of(source) is var hash && hash != description.Hash)
            throw new EvaluatorRefusedException(
                description.Id, $"this build's evaluators have the hash {hash}, and had {description.Hash} when it was injected");
        return new BuiltInJudge(evaluator, description);
    }

    static IEvaluator BuiltIn(EvaluatorSource source)
    {
        if (BuiltInEvaluators.Find(source.Target) is not { } entry)
            throw new EvaluatorRefusedException(source.Target,
                $"there is no built-in evaluator of this name; there are {string.Join(", ", BuiltInEvaluators.Catalogue.Keys)}");
        var chosen = new Dictionary<string, string>();
        foreach (var setting in source.Arguments)
            if (setting.IndexOf('=') is not (> 0 and var at) || !chosen.TryAdd(setting[..at], setting[(at + 1)..]))
                throw new EvaluatorRefusedException(source.Target, $"'{setting}' is no setting, expected name=value, each name once");
        try { return entry.With(chosen); }
        catch (EvaluatorSettingException cause) { throw new EvaluatorRefusedException(source.Target, cause.Message); }
    }
}
