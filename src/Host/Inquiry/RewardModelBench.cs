using System.Globalization;
using ActorRlhf.Evaluation.Catalogue.RewardModels;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Tokenizers;

namespace ActorRlhf.Host.Inquiry;

/// <summary>Asks reward models which completion is better, where that is known.</summary>
sealed class RewardModelBench : IDisposable
{
    readonly RewardModelsToScore _models;
    readonly CpuScorer[] _scorers;

    /// <param name="models">Who is asked.</param>
    /// <param name="workers">Where the work runs; not disposed here.</param>
    public RewardModelBench(RewardModelsToScore models, ComputeWorkers workers)
    {
        _models = models;
        _scorers = [.. models.Members.Select(_ => new CpuScorer(workers))];
        foreach (var (scorer, (_, weights)) in _scorers.Zip(models.Members)) scorer.Load(weights);
    }

    /// <summary>Two for each model.</summary>
    public IReadOnlyList<Metric> Metrics => PreferenceScores.Metrics(
        _models.Members.Select(member => member.Name).Concat(_models.Ensemble is null ? [] : [RewardModelsToScore.EnsembleName]));

    /// <summary>Results in the items' order. Those of an item are the same whatever stands beside it.</summary>
    public IReadOnlyList<BenchResult> Score(IReadOnlyList<PreferenceItem> items)
    {
        var encoded = items.Select(Encode).ToArray();
        TokenSequence[] sequences = [.. encoded.SelectMany(one => one.Sequences)];
        var members = _scorers.Select(scorer => sequences is [] ? [] : scorer.Scores(sequences)).ToArray();
        var (results, at) = (new List<BenchResult>(), 0);
        foreach (var (item, one) in items.Zip(encoded))
        {
            results.Add(BenchResult.Of(item.Index, Result(item, one, members, at), item.Slices));
            at += one.Sequences.Count;
        }
        return results;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var scorer in _scorers) scorer.Dispose();
    }

    ItemResult Result(PreferenceItem item, Encoded one, float[][] members, int at)
    {
        var id = item.Index.ToString(CultureInfo.InvariantCulture);
        if (one.Error is { } error) return new FailedItem(id, error);
        float[][] own = [.. members.Select(scores => scores[at..(at + one.Sequences.Count)])];
        var scored = _models.Members.Zip(own, (member, scores) =>
            (member.Name, (IReadOnlyList<double>)[.. scores.Select(score => (double)score)])).ToList();
        if (_models.Ensemble is { } ensemble) scored.Add((RewardModelsToScore.EnsembleName, ensemble(own)));
        return PreferenceScores.Of(id, item.Gold, scored);
    }

    Encoded Encode(PreferenceItem item)
    {
        if (item.Error is { } error) return new Encoded([], error);
        TokenSequence[] sequences;
        try
        {
            var prompt = _models.Tokenizer.EncodePrompt(item.Prompt);
            sequences = [.. item.Candidates.Select(text =>
                TokenSequence.Of(prompt, [.. _models.Tokenizer.EncodeCompletion(text), _models.Tokenizer.EosTokenId]))];
        }
        catch (UntokenizableTextException unknown) { return new Encoded([], unknown.Message); }
        var (longest, positions) = (sequences.Max(one => one.TokenIds.Length), _models.Positions);
        return longest <= positions
            ? new Encoded(sequences, null)
            : new Encoded([], string.Create(CultureInfo.InvariantCulture,
                $"prompt and completion have {longest} tokens, the model has {positions} positions; nothing is truncated"));
    }

    /// <summary>An item as tokens; no sequences where it failed.</summary>
    sealed record Encoded(IReadOnlyList<TokenSequence> Sequences, string? Error);
}
