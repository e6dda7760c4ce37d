using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Models.Randomness;

namespace ActorRlhf.Benchmarks;

/// <summary>
/// The events of a long run that nobody trained: those of a real one in their order, with steps of four to eight episodes.
/// </summary>
sealed class SyntheticLog
{
    const string Heldout = "heldout:pocket";
    const int Members = 3, Epochs = 4, FewestEpisodes = 4, MostEpisodes = 8, StepsToCheckpoint = 100, StepsToEvaluation = 1000, Kept = 3;
    readonly Recipe _recipe = RecipeReader.ReadEmbedded("pocket-tiny", ["name=synthetic"]);
    RunState _state = RunState.Empty;
    ulong _hashes;

    /// <summary>The training stream.</summary>
    /// <param name="events">How many events, to within those of a step and a checkpoint.</param>
    public IEnumerable<IEvent> Training(int events)
    {
        var written = 0;
        foreach (var fact in Script(events))
        {
            _state = Run.Evolve(_state, fact);
            written++;
            yield return fact;
            if (written >= events && fact is PolicyUpdated) break;
        }
        foreach (var fact in Run.Decide(_state, new CompleteRun(_state.Step)).Events) yield return fact;
    }

    /// <summary>What follows in the training stream of a run that was really begun, up to a checkpoint from which it can go on.</summary>
    /// <param name="began">The run as it stands.</param>
    /// <param name="real">A checkpoint of it, whose files every later one names.</param>
    /// <param name="events">How many events at least.</param>
    public IEnumerable<IEvent> Continuation(RunState began, CheckpointSaved real, int events)
    {
        _state = began;
        var written = 0;
        for (var step = began.Step + 1; ; step++)
        {
            List<IEvent> facts = [.. Sampled(step, null, null), Updated(step)];
            // The last ones alone: nothing removes a checkpoint whose files another one names.
            if (step % StepsToCheckpoint == 0 && written > events - 1000) facts.Add(real with { Step = step });
            foreach (var fact in facts) _state = Run.Evolve(_state, fact);
            foreach (var fact in facts) yield return fact;
            written += facts.Count;
            if (written >= events && facts[^1] is CheckpointSaved) yield break;
        }
    }

    /// <summary>The evaluation stream that belongs to what <see cref="Training"/> gave.</summary>
    public IEnumerable<IEvent> Evaluations()
    {
        var source = new StreamHead(1, Hash());
        for (var step = 0; step <= _state.Step; step += StepsToEvaluation)
        {
            foreach (var fact in Sampled(step, Heldout, source)) yield return fact;
            yield return new EvaluationCompleted(
                step, Heldout, "pocket-gold", "1", Hash(), true, Hash(), MostEpisodes,
                [new MetricAggregate("pocket-gold", 0.5, 0.1, MostEpisodes, 0)], Hash(), source);
        }
    }

    IEnumerable<IEvent> Script(int events)
    {
        yield return RunFacts.Of(_recipe);
        yield return new StageCompleted(StageNames.World, [new("tokenizer", Hash())], []);
        yield return new StageCompleted(StageNames.Sft, [new("policy", Hash())], [new("loss", 0.5)]);
        yield return new PreferenceLabelled("training", "annotator", 8192, 2048, 10, Hash());
        yield return new StageCompleted(StageNames.Preferences, [], [new("comparisons", 8192)]);
        for (var member = 0; member < Members; member++)
            yield return new RewardModelTrained(member, Hash(), 0.6, 0.65, 0.62, 2048, 0.03, 0.4, 0.1, 1.2);
        yield return new StageCompleted(StageNames.RewardModels, [], [new("accuracy", 0.62)]);
        for (var step = 1; step <= events; step++)
        {
            foreach (var fact in Sampled(step, null, null)) yield return fact;
            yield return Updated(step);
            if (step % StepsToCheckpoint != 0) continue;
            var files = (string[])["policy", "policy-optimizer", "critic", "critic-optimizer"];
            var saved = new CheckpointSaved(step, 0.005, [.. files.Select(file => new NamedArtefact(file, Hash()))]);
            foreach (var fact in Run.Decide(_state, new RecordCheckpoint(saved, Kept)).Events) yield return fact;
        }
    }

    PolicyUpdated Updated(int step) => new(
        step, 6e-5, [.. Enumerable.Range(0, Epochs).Select(epoch => Minibatch(step, epoch))],
        Hash(), Hash(), Hash(), 1e-6, 0.4, -0.01, 0.3, 0.2);

    IEnumerable<IEvent> Sampled(int step, string? set, StreamHead? source)
    {
        var episodes = FewestEpisodes + step % (MostEpisodes - FewestEpisodes + 1);
        var random = Purpose.Bootstrap.Draws(0, (uint)step);
        DoubleColumn Numbers(int count) => new([.. Enumerable.Range(0, count).Select(_ => random.Normal())]);
        yield return new RolloutCollected(
            step, set, Hash(), Hash(),
            new([.. Enumerable.Range(0, episodes).Select(_ => 5 + random.Integer(24))]),
            new(new int[episodes]), source);
        yield return new RewardScored(step, set, Members, Numbers(Members * episodes), "mean", 0, Numbers(episodes), [], source);
        yield return new KlMeasured(step, set, Numbers(episodes), Numbers(episodes), 0.01, 0.01, "k1", 0.005, 0.005, source);
    }

    static MinibatchUpdated Minibatch(int step, int epoch)
    {
        var random = Purpose.Bootstrap.Draws(1, (uint)step, (uint)epoch);
        return new MinibatchUpdated(
            epoch, 0, random.Normal(), random.Normal(), random.Normal(), random.Normal(), random.Normal(), 1, 1e-6,
            random.Normal(), random.Normal(), random.Normal());
    }

    ContentHash Hash() => ContentHash.Of(BitConverter.GetBytes(_hashes++));
}
