using System.Globalization;
using System.Text;
using ActorRlhf.Actors.Evaluators.Judges;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>
/// A language model behind an OpenAI-compatible address, which is asked about each completion. What it says cannot be hashed.
/// </summary>
/// <remarks>
/// An item that is not judged fails alone, also at the deadline; where the service failed for all of them the batch does. What the model
/// said stands in the score's reason, and with it in the evaluation's artefact.
/// </remarks>
public sealed class LlmJudge : IJudge, IAsyncDisposable
{
    /// <summary>What it is called unless it is given a name.</summary>
    public const string Name = "judge";

    const int MostKept = 4 << 10;              // characters of an answer

    readonly EvaluatorSource _source;
    readonly EvaluatorLimits _limits;
    readonly TimeProvider _time;
    readonly JudgeSettings _settings;
    readonly JudgeEndpoint _endpoint;

    /// <param name="description">Who it is.</param>
    /// <param name="source">Address and settings.</param>
    /// <param name="limits">Its deadline counts.</param>
    /// <param name="time">Tells timeouts and pauses.</param>
    /// <exception cref="EvaluatorRefusedException">A setting, the address or the key is not what it can be.</exception>
    public LlmJudge(EvaluatorDescription description, EvaluatorSource source, EvaluatorLimits limits, TimeProvider time)
    {
        (Description, _source, _limits, _time) = (description, source, limits, time);
        (_settings, _endpoint) = Checked(description.Id, () =>
        {
            var settings = JudgeSettings.Parse(source.Arguments);
            return (settings, new JudgeEndpoint(source.Target, settings, time));
        });
    }

    /// <inheritdoc/>
    public EvaluatorDescription Description { get; }

    /// <inheritdoc/>
    public TimeSpan? Deadline => _limits.Deadline;

    /// <summary>Looks at address, settings, key and template, and asks the model nothing.</summary>
    /// <param name="source">With absolute paths.</param>
    /// <param name="id">Its id; null for <see cref="Name"/>.</param>
    /// <param name="version">Its version; null for the beginning of its hash.</param>
    /// <param name="hashDigits">Digits of that beginning.</param>
    /// <exception cref="EvaluatorRefusedException">One of them is not what it can be.</exception>
    internal static EvaluatorDescription Describe(EvaluatorSource source, string? id, string? version, int hashDigits)
    {
        var name = id ?? Name;
        var settings = Checked(name, () => JudgeSettings.Parse(source.Arguments));
        Checked(name, () => new JudgeEndpoint(source.Target, settings, TimeProvider.System)).Dispose();
        using var staged = new StagedEvaluator(source);
        PromptOf(name, settings, staged);
        return new EvaluatorDescription(
            name, version ?? staged.Hash.ToString()[..hashDigits], staged.Hash,
            settings.Mode is JudgeMode.Pairwise ? EvaluatorNeeds.Text | EvaluatorNeeds.Pairs : EvaluatorNeeds.Text, MetricsOf(settings));
    }

    /// <inheritdoc/>
    /// <exception cref="EvaluatorRefusedException">Its template is not what was injected.</exception>
    /// <exception cref="EvaluatorFaultException">The service failed for every item.</exception>
    public async Task<IReadOnlyList<ItemResult>> ScoreAsync(IReadOnlyList<EvaluationItem> items, CancellationToken ct)
    {
        var prompt = Prompt();
        var budget = new RequestBudget(
            _settings.BudgetRequests, items.Count, _settings.Mode is JudgeMode.Pairwise ? 2 : 1, _limits.Deadline, _time);
        var results = new ItemResult[items.Count];
        var failures = new JudgeFailureException?[items.Count];
        // Nothing is cancelled but the requests: each item has its result, and what was answered before a deadline is not lost.
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _settings.Concurrency };
        await Parallel.ForAsync(0, items.Count, parallel, async (i, _) =>
        {
            try
            {
                if (i >= budget.Items)
                    throw new JudgeFailureException(
                        JudgeFailure.Budget, $"the {_settings.BudgetRequests} requests of the batch are used up");
                results[i] = new ScoredItem(items[i].Id, await JudgeAsync(prompt, items[i], budget, ct).ConfigureAwait(false));
            }
            catch (JudgeFailureException failure) { failures[i] = failure; }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                failures[i] = new JudgeFailureException(JudgeFailure.Deadline, string.Create(
                    CultureInfo.InvariantCulture, $"the batch's deadline of {_limits.Deadline.TotalSeconds} s came first"));
            }
            if (failures[i] is { } failed) results[i] = new FailedItem(items[i].Id, failed.Message);
        }).ConfigureAwait(false);
        if (items.Count > 0 && failures.All(failure => failure is { Failure: JudgeFailure.Deadline })) ct.ThrowIfCancellationRequested();
        if (failures.FirstOrDefault() is { IsOfService: true } first
            && failures.All(failure => failure is { IsOfService: true } or { Failure: JudgeFailure.Deadline or JudgeFailure.Budget }))
            throw new EvaluatorFaultException(
                Description.Id, EvaluatorFault.Unreachable, $"none of {items.Count} items was judged; the first: {first.Message}");
        return results;
    }

    /// <summary>Closes its connections.</summary>
    public ValueTask DisposeAsync()
    {
        _endpoint.Dispose();
        return ValueTask.CompletedTask;
    }

    async Task<IReadOnlyDictionary<string, Score>> JudgeAsync(
        JudgePrompt prompt, EvaluationItem item, RequestBudget budget, CancellationToken ct)
    {
        if (_settings.Mode is JudgeMode.Absolute)
        {
            var answer = await _endpoint.AskAsync(prompt.Absolute(item.Prompt, item.Completion), budget, ct).ConfigureAwait(false);
            var (value, text) = JudgeAnswer.Score(answer, _settings.Least, _settings.Most);
            return new Dictionary<string, Score> { ["judge"] = new(value, text, Kept(answer)) };
        }
        var other = item.OtherCompletion ?? item.Reference
            ?? throw new JudgeFailureException(JudgeFailure.Item, "it has neither another completion nor a reference to compare with");
        if (other == item.Completion)
            return new Dictionary<string, Score> { ["win"] = new(.5, null, "both are the same text"), ["contradiction"] = new(0) };
        var first = await _endpoint.AskAsync(prompt.Pairwise(item.Prompt, item.Completion, other), budget, ct).ConfigureAwait(false);
        var swapped = await _endpoint.AskAsync(prompt.Pairwise(item.Prompt, other, item.Completion), budget, ct).ConfigureAwait(false);
        var (asA, asB) = (Win(JudgeAnswer.Better(first), "A"), Win(JudgeAnswer.Better(swapped), "B"));
        return new Dictionary<string, Score>
        {
            ["win"] = new(asA == asB ? asA : .5, $"as A {Worded(asA)}, as B {Worded(asB)}", $"as A: {Kept(first)}\nas B: {Kept(swapped)}"),
            ["contradiction"] = new(asA == asB ? 0 : 1),
        };
    }

    /// <summary>What the completion gets where it was called by a letter.</summary>
    static double Win(string better, string letter) => better == "tie" ? .5 : better == letter ? 1 : 0;

    static string Worded(double win) => win switch { 1 => "better", 0 => "worse", _ => "tie" };

    static string Kept(string answer) => JudgeAnswer.Shortened(answer, MostKept);

    static Metric[] MetricsOf(JudgeSettings settings) => settings.Mode is JudgeMode.Absolute
        ?
        [
            new("judge", MetricDirection.Higher, MetricRole.Development, string.Create(CultureInfo.InvariantCulture,
                $"The score that {settings.Model} gives the completion, from {settings.Least} to {settings.Most}."),
                new MetricRange(settings.Least, settings.Most)),
        ]
        :
        [
            new("win", MetricDirection.Higher, MetricRole.Development,
                $"1 where {settings.Model} prefers the completion in both orders, 0 where the other one, .5 for a tie or a contradiction.",
                MetricRange.Share),
            new("contradiction", MetricDirection.Lower, MetricRole.Development, "1 where the two orders give different verdicts."),
        ];

    JudgePrompt Prompt()
    {
        using var staged = new StagedEvaluator(_source);
        if (staged.Hash != Description.Hash)
            throw new EvaluatorRefusedException(Description.Id,
                $"its hash is {staged.Hash}, and was {Description.Hash} when it was injected: bring it as a new version");
        return PromptOf(Description.Id, _settings, staged);
    }

    static JudgePrompt PromptOf(string name, JudgeSettings settings, StagedEvaluator staged) => Checked(name, () =>
    {
        if (settings.Template is null) return new JudgePrompt(settings, null);
        var seen = staged.CommandLine(staged.Files)
            .Single(part => part.StartsWith(JudgeSettings.TemplateSetting, StringComparison.Ordinal));
        try
        {
            return new JudgePrompt(settings, File.ReadAllText(seen[JudgeSettings.TemplateSetting.Length..], new UTF8Encoding(false, true)));
        }
        catch (DecoderFallbackException) { throw new JudgeSettingException($"the template {settings.Template} is no UTF-8 text"); }
    });

    static T Checked<T>(string name, Func<T> make)
    {
        try { return make(); }
        catch (JudgeSettingException wrong) { throw new EvaluatorRefusedException(name, wrong.Message); }
    }
}
