using System.Globalization;
using System.Text;
using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Tests.Storage;
using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Actors.Tests.Runs.Auditing;

/// <summary>
/// A copy of a data directory that a test changes behind the journal's back: as a vandal,
/// or as an insider who puts every hash right again.
/// </summary>
sealed class Forgery : IDisposable
{
    readonly string _folder = Temporary.NewDirectory();
    readonly RunId _run;

    public Forgery(string original, RunId run)
    {
        _run = run;
        foreach (var file in Directory.EnumerateFiles(original, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(_folder, Path.GetRelativePath(original, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        if (DatabaseBinding.Read(_folder) is { } binding)
            (binding with { Postgres = Vandal.CopyOf(binding.Postgres) }).Write(_folder);
        Data = DataDirectory.OpenForReading(_folder);
    }

    public DataDirectory Data { get; }
    public JournalReader Reader => Data.Store.Journal;

    public void Dispose()
    {
        if (DatabaseBinding.Read(_folder) is { } binding) Vandal.Drop(binding.Postgres);
        Directory.Delete(_folder, recursive: true);
    }

    public AuditReport Audit(StreamHead? known = null) => RunAudit.Of(Data.Store, _run, known);

    public int Sql(string text) => Vandal.Execute(Data.Store.Settings.Database, text);

    string Bytes(byte[] bytes) => Vandal.Bytes(Data.Store.Settings.Database, bytes);

    public ReadEvent[] Events(string stream) => [.. Reader.Read(stream)];

    public ReadEvent[] Training() => Events(_run.TrainingStream);

    public ReadEvent[] Evaluations() => Events(_run.EvaluationStream);

    public void SetMessage(string stream, long sequence, byte[] message) =>
        Assert.Equal(1, Sql($"UPDATE journal SET message = {Bytes(message)} "
            + $"WHERE persistence_id = '{stream}' AND sequence_number = {sequence}"));

    public void Delete(string stream, long sequence) =>
        Assert.Equal(1, Sql($"DELETE FROM journal WHERE persistence_id = '{stream}' AND sequence_number = {sequence}"));

    public void CutFrom(string stream, long sequence) =>
        Sql($"DELETE FROM journal WHERE persistence_id = '{stream}' AND sequence_number >= {sequence}");

    public void Insert(string stream, long sequence, StoredEvent stored)
    {
        Sql("UPDATE journal SET sequence_number = -sequence_number - 1 "
            + $"WHERE persistence_id = '{stream}' AND sequence_number >= {sequence}");
        Sql($"UPDATE journal SET sequence_number = -sequence_number WHERE persistence_id = '{stream}' AND sequence_number < 0");
        Sql("INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier) "
            + $"VALUES (0, FALSE, '{stream}', {sequence}, {Bytes(stored.ToBytes())}, '{stored.Manifest}', 7001)");
    }

    /// <summary>Takes an event out of a stream and puts every number and hash behind it right.</summary>
    public void Remove(ReadEvent read)
    {
        Delete(read.Stream, read.Sequence);
        Sql("UPDATE journal SET sequence_number = -sequence_number "
            + $"WHERE persistence_id = '{read.Stream}' AND sequence_number > {read.Sequence}");
        Sql($"UPDATE journal SET sequence_number = -sequence_number - 1 WHERE persistence_id = '{read.Stream}' AND sequence_number < 0");
        Reseal(read.Stream, fact => fact, origin: read.Sequence == 1 ? read.Stored.PreviousHash : null);
        if (read.Stream == _run.TrainingStream) NameHeads(sequence => sequence > read.Sequence ? sequence - 1 : sequence);
    }

    public void Swap(string stream, long one, long other)
    {
        Sql($"UPDATE journal SET sequence_number = -1 WHERE persistence_id = '{stream}' AND sequence_number = {one}");
        Sql($"UPDATE journal SET sequence_number = {one} WHERE persistence_id = '{stream}' AND sequence_number = {other}");
        Sql($"UPDATE journal SET sequence_number = {other} WHERE persistence_id = '{stream}' AND sequence_number = -1");
    }

    /// <summary>
    /// The insider's lie: changes one event of the training stream,
    /// seals everything after it anew, and makes the evaluations name the new heads.
    /// </summary>
    public void Lie<T>(ReadEvent read, Func<T, T> change) where T : IEvent
    {
        Reseal(read.Stream, fact => fact, read.Sequence, fact => change((T)fact));
        if (read.Stream == _run.TrainingStream) NameHeads(sequence => sequence);
    }

    /// <summary>Makes the evaluations name the heads that the training stream has now.</summary>
    /// <param name="place">Where the event is now that was at a place.</param>
    void NameHeads(Func<long, long> place)
    {
        var heads = Training().ToDictionary(one => one.Sequence, one => new StreamHead(one.Sequence, one.Hash));
        StreamHead Now(StreamHead source) => heads[place(source.Sequence)];
        Reseal(_run.EvaluationStream, fact => fact switch
        {
            RolloutCollected rollout => rollout with { Source = Now(rollout.Source!.Value) },
            RewardScored scored => scored with { Source = Now(scored.Source!.Value) },
            KlMeasured kl => kl with { Source = Now(kl.Source!.Value) },
            EvaluationCompleted completed => completed with { Source = Now(completed.Source) },
            EvaluationFailed failed => failed with { Source = Now(failed.Source) },
            MismatchDetected detected => detected with { Source = Now(detected.Source) },
            BenchmarkCompleted benchmark => benchmark with { Source = Now(benchmark.Source) },
            _ => throw new ArgumentOutOfRangeException(nameof(fact), fact, "an event of the evaluation stream"),
        });
    }

    /// <summary>Another recipe in the first event, with every hash put right.</summary>
    public void LieInRecipe(params string[] overrides)
    {
        var first = Training()[0];
        // No new run may begin with k3, but one that did is read.
        var isK3 = overrides is ["kl.estimator=k3"];
        var recipe = RecipeReader.Parse(((RunStarted)first.Event).Recipe, "told", isK3 ? [] : overrides, checkPaths: false);
        if (isK3) recipe = recipe with { Kl = recipe.Kl with { Estimator = KlEstimator.K3 } };
        Lie(first, (RunStarted started) => started with
        {
            Recipe = recipe.ToYaml(),
            RecipeHash = ContentHash.Parse(recipe.Hash()),
            Identity = ContentHash.Parse(RecipeIdentity.Hash(recipe)),
            Seed = recipe.Seed,
        });
        Finish();
    }

    /// <summary>Puts the hash of the final state right, as an insider does who has changed what is in it.</summary>
    public void Finish()
    {
        if (Training() is not [.., { Event: RunCompleted completed } last] events) return;
        var state = events.Aggregate(RunState.Empty, (state, read) => Run.Evolve(state, read.Event));
        Lie(last, (RunCompleted _) => completed with { StateHash = state.Hash() });
    }

    /// <summary>The run as a reader has it.</summary>
    public RunRecord Record() => new RunReader(Data.Store).Read(_run);

    /// <summary>The first event that executing the whole run again gives otherwise; null if all is equal.</summary>
    public async Task<ReadEvent?> RecomputeAllAsync() => (await DifferenceAsync())?.Logged;

    /// <summary>What executing the whole run again finds; null if all is equal.</summary>
    public async Task<RecomputationDifferenceException?> DifferenceAsync()
    {
        try { await new WholeRecomputation(Record(), acceptBuild: false).ExecuteAsync(null, null, CancellationToken.None); }
        catch (RecomputationDifferenceException difference) { return difference; }
        return null;
    }

    /// <summary>Changes the events of a stream and puts every hash right again.</summary>
    public void Reseal(
        string stream, Func<IEvent, IEvent> all, long sequence = 0, Func<IEvent, IEvent>? one = null, ContentHash? origin = null)
    {
        var events = Events(stream);
        var previous = origin ?? events[0].Stored.PreviousHash;
        var sql = new StringBuilder("BEGIN;");
        foreach (var read in events)
        {
            var fact = read.Sequence == sequence ? one!(read.Event) : all(read.Event);
            var stored = Seal(stream, read.Sequence, read.Stored.Envelope, fact, previous);
            sql.Append(
                CultureInfo.InvariantCulture,
                $"UPDATE journal SET message = {Bytes(stored.ToBytes())} "
                    + $"WHERE persistence_id = '{stream}' AND sequence_number = {read.Sequence};");
            previous = stored.Hash;
        }
        Sql(sql.Append("COMMIT;").ToString());
    }

    /// <summary>Changes who wrote each event of a stream and puts every hash right again; the evaluations name the new heads.</summary>
    public void SetEpochs(string stream, Func<ReadEvent, long> epoch)
    {
        var previous = Events(stream)[0].Stored.PreviousHash;
        var sql = new StringBuilder("BEGIN;");
        foreach (var read in Events(stream))
        {
            var envelope = (read.Envelope with { WriterEpoch = epoch(read) }).ToBytes();
            var stored = Seal(stream, read.Sequence, envelope, read.Event, previous);
            sql.Append(
                CultureInfo.InvariantCulture,
                $"UPDATE journal SET message = {Bytes(stored.ToBytes())} "
                    + $"WHERE persistence_id = '{stream}' AND sequence_number = {read.Sequence};");
            previous = stored.Hash;
        }
        Sql(sql.Append("COMMIT;").ToString());
        if (stream == _run.TrainingStream) Lie<IEvent>(Training()[0], fact => fact);
    }

    /// <summary>Puts another event in the place of the training stream's last one, sealed as its writer would.</summary>
    public void ReplaceLast(IEvent fact)
    {
        var last = Training()[^1];
        Delete(last.Stream, last.Sequence);
        Append(last.Stream, last.Stored.PreviousHash, last.Sequence - 1, last.Stored.Envelope, [fact]);
    }

    /// <summary>Appends events to a stream, sealed as their writer would.</summary>
    public void Append(string stream, ContentHash previous, long after, byte[] envelope, IEnumerable<IEvent> facts)
    {
        foreach (var fact in facts)
        {
            var stored = Seal(stream, ++after, envelope, fact, previous);
            Insert(stream, after, stored);
            previous = stored.Hash;
        }
    }

    /// <summary>
    /// Other rows in a rollout of either stream, with what follows from them in its event and in what evaluators say of it.
    /// </summary>
    public void LieInRollout(ReadEvent read, Func<RolloutRow[], RolloutRow[]> change)
    {
        var collected = (RolloutCollected)read.Event;
        var rows = change([.. RolloutRow.Read(Data.Artefacts, collected.Artefact)]);
        var artefact = Put(JsonLines.Write(rows));
        RolloutCollected Other(RolloutCollected fact) => fact with
        {
            Artefact = artefact,
            Lengths = new IntegerColumn([.. rows.Select(row => row.TokenIds.Length)]),
            StopReasons = new IntegerColumn([.. rows.Select(row => row.EndedWithEos() ? 0 : 1)]),
        };
        if (read.Stream == _run.TrainingStream) Lie(read, (RolloutCollected fact) => Other(fact));
        else
            Reseal(read.Stream, fact => fact switch
            {
                RolloutCollected rollout when rollout.Artefact == collected.Artefact => Other(rollout),
                EvaluationCompleted judged when judged.Rollout == collected.Artefact => Judged(judged, rows, artefact),
                _ => fact,
            });
    }

    EvaluationCompleted Judged(EvaluationCompleted judged, RolloutRow[] rows, ContentHash rollout)
    {
        var evaluator = BuiltInEvaluators.ById[judged.Evaluator];
        EvaluationItem[] items = [.. rows.Select((row, i) => new EvaluationItem($"{i}", row.Prompt, row.Completion)
        {
            PromptId = row.PromptId,
            Sample = i,
            Slices = row.Slices,
            StopReason = row.StopReason,
            TokenCount = row.TokenIds.Length,
            LogProbs = row.LogProbs,
        })];
        EvaluationRow[] results = [.. evaluator.Score(items).Select((result, i) => EvaluationRow.Of(i, items[i], result))];
        return judged with
        {
            Rollout = rollout,
            Items = rows.Length,
            Artefact = Put(JsonLines.Write(results)),
            Aggregates = [.. evaluator.Metrics.Select(metric => MetricAggregate.Of(metric.Name, results))],
        };
    }

    public ContentHash Put(byte[] artefact) => Data.Artefacts.Put(artefact);

    /// <summary>The artefact of an update with other numbers in it.</summary>
    public ContentHash Put(PolicyUpdated updated, Func<StepTokens, StepTokens> change)
    {
        var tokens = change(StepTokens.Read(Data.Artefacts.Read(updated.Artefact), "artefact"));
        var unused = new PpoNumbers(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        return Put(StepArtefact.Write(tokens.SamplerLogProbs, tokens.OldLogProbs, tokens.RefLogProbs, tokens.Values,
            new EpisodeAdvantages(tokens.Rewards, tokens.AdvantagesRaw, tokens.Advantages, tokens.Returns, []),
            new PpoUpdate(
                [
                    .. tokens.Minibatches.Select(one =>
                        new PpoMinibatch(one.Epoch, one.Minibatch, one.SampleIndex, one.NewLogProbs, one.NewValues, unused)),
                ],
                null)));
    }

    static StoredEvent Seal(string stream, long sequence, byte[] envelope, IEvent fact, ContentHash previous)
    {
        var (manifest, payload) = (EventCatalogue.Known.ManifestOf(fact), EventCatalogue.Known.Encode(fact));
        return new StoredEvent(
            manifest, envelope, payload, previous, EventChain.Hash(stream, sequence, manifest, envelope, payload, previous));
    }
}
