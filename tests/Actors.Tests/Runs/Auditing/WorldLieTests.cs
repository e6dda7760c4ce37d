using System.Text;
using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Auditing;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Evaluation.Pocket;
using ActorRlhf.Evaluation.Randomness;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Tokenizers;
using ActorRlhf.Models.Weights;
using Xunit.Abstractions;

namespace ActorRlhf.Actors.Tests.Runs.Auditing;

/// <summary>An insider changes what was asked, said or preferred, with what follows from it, and seals all anew: the world tells.</summary>
public sealed class WorldLieTests(TrainedRun trained, DialogueRun dialogues, ITestOutputHelper output)
    : IClassFixture<TrainedRun>, IClassFixture<DialogueRun>
{
    const int Instances = 10;
    const string FirstWeights = "initial-policy";

    [Fact]
    public void Audit_TextsThatTheTokenIdsDoNotSay_AreFound() => Plant(
    [
        Text, StopReason, Rows(RowOtherIds), Rows(RowCutShort), Rows(RowGoesOnBehindEos), Rows(RowForeignId), ComparedText,
    ], anyWorld: true);

    [Fact]
    public void Audit_PromptsThatTheSeedDoesNotDraw_AreFound() => Plant(
    [
        Rows(RowOtherPromptId), Rows(RowOtherPromptText), Rows(RowOtherPromptIds), Rows(RowOtherSlices),
        PromptsExchanged, PromptOfAnotherSet, PromptsOfAnotherStep, ComparedPrompt, FewerHeldout,
    ], anyWorld: true);

    [Fact]
    public void Audit_LabelsThatDoNotFollow_AreFound() => Plant(
    [
        LabelTurned, LabelTurnedWithItsFlag, Flag, Ties, Who, OtherNoise, OtherBias, OneComparisonFewer,
    ], anyWorld: false);

    [Fact]
    public void Audit_LabelsThatAreNotThoseOfTheData_AreFound()
    {
        var seed = NewSeed();
        for (var i = 0; i < Instances; i++)
        {
            using var copy = dialogues.Copy();
            var draws = Purpose.RolloutPrompts.Draws(seed, (uint)i);
            var labelled = draws.Pick(Labelled(copy));
            LieInLabels(copy, labelled, rows => Change(rows, draws.Integer(rows.Length), row => Turned(row)));
            AssertFound(copy, labelled, $"seed {seed}, {i}");
        }
    }

    [Theory]
    [InlineData(FirstWeights)]
    [InlineData(WordTokenizer.FileName)]
    [InlineData(LlamaConfigFile.FileName)]
    [InlineData("prompts")]
    public void Audit_OtherBeginningThanTheRecipeMakes_IsFound(string what)
    {
        using var copy = trained.Copy();
        var read = copy.Training().First(one => one.Event is StageCompleted);
        var stage = (StageCompleted)read.Event;
        byte[] Bytes(string name) => copy.Data.Artefacts.Read(stage.Artefacts.Single(file => file.Name == name).Hash);
        byte[] Other()
        {
            // A word of the list, or the base of the rotary embedding.
            if (what != FirstWeights)
                return Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Bytes(what))
                    .Replace("careful", "carefuk", StringComparison.Ordinal).Replace("10000", "20000", StringComparison.Ordinal));
            var drawn = new PocketRunWorld(TrainedRun.Recipe, policy: null).InitialPolicy();
            drawn.Data[^1] = MathF.BitIncrement(drawn.Data[^1]);
            return ModelWeightsFile.ToSafetensors(drawn);
        }
        copy.Lie(read, (StageCompleted fact) => what == "prompts"
            ? fact with { Metrics = [fact.Metrics[0] with { Value = fact.Metrics[0].Value + 1 }, .. fact.Metrics[1..]] }
            : fact with
            {
                Artefacts = [.. fact.Artefacts.Select(file => file.Name == what ? file with { Hash = copy.Put(Other()) } : file)],
            });

        AssertFound(copy, read, what);
    }

    /// <summary>Which side of a tie was sampled first is not kept, so its label is proven by sampling again only.</summary>
    [Fact]
    public void Audit_SidesOfATieExchanged_AreNotFoundWithoutTheNetworks()
    {
        using var copy = trained.Copy();
        var labelled = Labelled(copy)[0];
        var ties = 0;
        LieInLabels(copy, labelled, rows => [.. rows.Select(row =>
        {
            if (!IsTie(row) || row.Chosen == row.Rejected) return row;
            ties++;
            return Turned(row);
        })]);

        Assert.NotEqual(0, ties);
        Assert.NotEqual(labelled.Sequence, copy.Audit().FirstBad?.Sequence);
    }

    [Fact]
    public void Audit_RunOnDialogues_RaisesNoAlarm()
    {
        using var copy = dialogues.Copy();

        Assert.Null(copy.Audit().FirstBad);
    }

    delegate ReadEvent Lie(Forgery copy, PhiloxStream draws);

    void Plant(Lie[] lies, bool anyWorld)
    {
        var seed = NewSeed();
        var wrong = new List<string>();
        for (var i = 0; i < Instances; i++)
        {
            var draws = Purpose.RolloutPrompts.Draws(seed, (uint)i);
            var lie = lies[i % lies.Length];
            using var copy = anyWorld && draws.Chance(0.3) ? dialogues.Copy() : trained.Copy();
            var planted = lie(copy, draws);
            var found = copy.Audit().FirstBad;
            if ((found?.Stream, found?.Sequence, found?.Kind) != (planted.Stream, planted.Sequence, AuditFindingKind.Arithmetic))
                wrong.Add($"seed {seed}, {i} ({lie.Method.Name}): planted in {planted.Stream} {planted.Sequence}, found {found}");
            else output.WriteLine($"{i}: {found}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    ulong NewSeed()
    {
        var seed = TamperTests.NewSeed();
        output.WriteLine($"seed {seed}");
        return seed;
    }

    static void AssertFound(Forgery copy, ReadEvent planted, string which)
    {
        var found = copy.Audit().FirstBad;
        Assert.True(
            (found?.Stream, found?.Sequence, found?.Kind) == (planted.Stream, planted.Sequence, AuditFindingKind.Arithmetic),
            $"{which}: planted at {planted.Sequence}, found {found}");
    }

    // Texts and token ids.

    static ReadEvent Text(Forgery copy, PhiloxStream draws) =>
        LieInRow(copy, draws, (row, _) => row with { Completion = row.Completion.Length == 0 ? "yes" : "" });

    static ReadEvent StopReason(Forgery copy, PhiloxStream draws) =>
        LieInRow(copy, draws, (row, _) => row with { StopReason = row.StopReason == "eos" ? "length" : "eos" });

    static Lie Rows(Func<RolloutRow, PhiloxStream, RolloutRow> change) => (copy, draws) => LieInRow(copy, draws, change);

    static RolloutRow RowOtherIds(RolloutRow row, PhiloxStream draws)
    {
        var ids = row.TokenIds.ToArray();
        ids[0] = ids[0] == 10 ? 11 : 10;
        return row with { TokenIds = ids };
    }

    static RolloutRow RowCutShort(RolloutRow row, PhiloxStream draws) => row.TokenIds.Length == 1
        ? RowForeignId(row, draws)
        : row with
        {
            TokenIds = row.TokenIds[..^1],
            LogProbs = row.LogProbs[..^1],
            StopReason = "length",
            Completion = row.EndedWithEos() ? row.Completion : string.Join(' ', row.Completion.Split(' ')[..^1]),
        };

    static RolloutRow RowGoesOnBehindEos(RolloutRow row, PhiloxStream draws) =>
        row with { TokenIds = [3, .. row.TokenIds], LogProbs = [-1, .. row.LogProbs] };

    static RolloutRow RowForeignId(RolloutRow row, PhiloxStream draws) =>
        row with { TokenIds = [draws.Chance(.5) ? -1 : 1 << 20, .. row.TokenIds[1..]] };

    static ReadEvent ComparedText(Forgery copy, PhiloxStream draws) =>
        LieInLabels(copy, draws.Pick(Labelled(copy)), rows => Change(rows, draws.Integer(rows.Length), row =>
            draws.Chance(.5) ? row with { Chosen = row.Chosen + " yes" } : row with { Rejected = row.Rejected + " yes" }));

    // Prompts.

    static RolloutRow RowOtherPromptId(RolloutRow row, PhiloxStream draws) => row with { PromptId = row.PromptId + "0" };

    static RolloutRow RowOtherPromptText(RolloutRow row, PhiloxStream draws) => row with { Prompt = row.Prompt + " again" };

    static RolloutRow RowOtherPromptIds(RolloutRow row, PhiloxStream draws)
    {
        var ids = row.PromptIds.ToArray();
        ids[1] = ids[1] == 10 ? 11 : 10;
        return row with { PromptIds = ids };
    }

    static RolloutRow RowOtherSlices(RolloutRow row, PhiloxStream draws) =>
        row with { Slices = new Dictionary<string, string> { ["family"] = "easy" } };

    /// <summary>Two samples say that they answer each other's prompts.</summary>
    static ReadEvent PromptsExchanged(Forgery copy, PhiloxStream draws)
    {
        var rollout = draws.Pick(Rollouts(copy));
        copy.LieInRollout(rollout, rows =>
        {
            var one = draws.Integer(rows.Length);
            var other = Array.FindIndex(rows, row => row.PromptId != rows[one].PromptId);
            var (ofOne, ofOther) = (WithPromptOf(rows[other], rows[one]), WithPromptOf(rows[one], rows[other]));
            return [.. rows.Select((row, i) => i == one ? ofOther : i == other ? ofOne : row)];
        });
        return rollout;
    }

    /// <summary>A prompt that exists, of the other stream.</summary>
    static ReadEvent PromptOfAnotherSet(Forgery copy, PhiloxStream draws)
    {
        var rollout = draws.Pick(Rollouts(copy));
        var others = (RolloutCollected)Rollouts(copy).First(one => one.Stream != rollout.Stream).Event;
        var foreign = draws.Pick(RolloutRow.Read(copy.Data.Artefacts, others.Artefact));
        copy.LieInRollout(rollout, rows => Change(rows, draws.Integer(rows.Length), row => WithPromptOf(row, foreign)));
        return rollout;
    }

    /// <summary>The draw of a neighbouring step.</summary>
    static ReadEvent PromptsOfAnotherStep(Forgery copy, PhiloxStream draws)
    {
        ReadEvent[] steps = [.. Rollouts(copy).Where(read => read.Event is RolloutCollected { Set: null })];
        var at = draws.Integer(steps.Length);
        var others = RolloutRow.Read(copy.Data.Artefacts, ((RolloutCollected)steps[(at + 1) % steps.Length].Event).Artefact);
        copy.LieInRollout(steps[at], rows => [.. rows.Select((row, i) => WithPromptOf(row, others[i]))]);
        return steps[at];
    }

    static ReadEvent ComparedPrompt(Forgery copy, PhiloxStream draws)
    {
        var labelled = draws.Pick(Labelled(copy));
        return LieInLabels(copy, labelled, rows =>
        {
            var at = draws.Integer(rows.Length);
            var other = rows.First(row => row.PromptId != rows[at].PromptId);
            return Change(rows, at, row => row with { PromptId = other.PromptId, Prompt = other.Prompt, PromptIds = other.PromptIds });
        });
    }

    static ReadEvent FewerHeldout(Forgery copy, PhiloxStream draws)
    {
        var rollout = draws.Pick([.. Rollouts(copy).Where(read => read.Event is RolloutCollected { Set: not null })]);
        copy.LieInRollout(rollout, rows => rows[..^1]);
        return rollout;
    }

    // Labels of Pocket.

    static ReadEvent LabelTurned(Forgery copy, PhiloxStream draws) => LieInLabel(copy, draws, Turned);

    /// <summary>An insider who says that it was noise.</summary>
    static ReadEvent LabelTurnedWithItsFlag(Forgery copy, PhiloxStream draws) =>
        LieInLabel(copy, draws, row => Turned(row) with { Flipped = !row.Flipped });

    static ReadEvent Flag(Forgery copy, PhiloxStream draws) => LieInLabel(copy, draws, row => row with { Flipped = !row.Flipped });

    static ReadEvent Ties(Forgery copy, PhiloxStream draws)
    {
        var labelled = draws.Pick(Labelled(copy));
        copy.Lie(labelled, (PreferenceLabelled fact) => fact with { Ties = fact.Ties == 0 ? 1 : fact.Ties - 1 });
        return labelled;
    }

    static ReadEvent Who(Forgery copy, PhiloxStream draws)
    {
        var labelled = draws.Pick(Labelled(copy));
        copy.Lie(labelled, (PreferenceLabelled fact) => fact with { Who = "human:hh-rlhf" });
        return labelled;
    }

    static ReadEvent OneComparisonFewer(Forgery copy, PhiloxStream draws) =>
        LieInLabels(copy, draws.Pick(Labelled(copy)), rows => rows[..^1]);

    /// <summary>Noise so different that some of 48 labels would have been others.</summary>
    static ReadEvent OtherNoise(Forgery copy, PhiloxStream draws)
    {
        var noise = draws.Chance(.5) ? draws.Uniform() / 50 : 0.6 + 0.4 * draws.Uniform();
        return LieInAnnotator(copy, annotator => annotator with { Noise = noise });
    }

    /// <summary>An annotator who abhors words.</summary>
    static ReadEvent OtherBias(Forgery copy, PhiloxStream draws)
    {
        var length = -1 - draws.Uniform();
        return LieInAnnotator(copy, annotator => annotator with { Bias = annotator.Bias with { Length = length } });
    }

    static ReadEvent LieInAnnotator(Forgery copy, Func<AnnotatorRecipe, AnnotatorRecipe> change)
    {
        var other = RunFacts.Of(TrainedRun.Recipe with { Annotator = change(TrainedRun.Recipe.Annotator) });
        copy.Lie(copy.Training()[0], (RunStarted started) => started with
        {
            Recipe = other.Recipe,
            RecipeHash = other.RecipeHash,
            Identity = other.Identity,
        });
        return Labelled(copy)[0];
    }

    static ReadEvent LieInLabel(Forgery copy, PhiloxStream draws, Func<ComparisonRow, ComparisonRow> change) =>
        LieInLabels(copy, draws.Pick(Labelled(copy)), rows =>
        {
            int[] clear = [.. rows.Index().Where(row => !IsTie(row.Item)).Select(row => row.Index)];
            return Change(rows, draws.Pick(clear), change);
        });

    static ReadEvent LieInLabels(Forgery copy, ReadEvent read, Func<ComparisonRow[], ComparisonRow[]> change)
    {
        copy.Lie(read, (PreferenceLabelled fact) =>
        {
            var rows = change([.. JsonLines.Read<ComparisonRow>(copy.Data.Artefacts.Read(fact.Artefact))]);
            return fact with
            {
                Comparisons = rows.Length,
                Flipped = rows.Count(row => row.Flipped == true),
                Artefact = copy.Put(JsonLines.Write(rows)),
            };
        });
        return read;
    }

    static ReadEvent LieInRow(Forgery copy, PhiloxStream draws, Func<RolloutRow, PhiloxStream, RolloutRow> change)
    {
        var rollout = draws.Pick(Rollouts(copy));
        copy.LieInRollout(rollout, rows => Change(rows, draws.Integer(rows.Length), row => change(row, draws)));
        return rollout;
    }

    static ReadEvent[] Rollouts(Forgery copy) =>
        [.. copy.Training().Concat(copy.Evaluations()).Where(read => read.Event is RolloutCollected)];

    static ReadEvent[] Labelled(Forgery copy) => [.. copy.Training().Where(read => read.Event is PreferenceLabelled)];

    static T[] Change<T>(T[] rows, int at, Func<T, T> change) => [.. rows.Select((row, i) => i == at ? change(row) : row)];

    static RolloutRow WithPromptOf(RolloutRow row, RolloutRow other) =>
        row with { PromptId = other.PromptId, Prompt = other.Prompt, PromptIds = other.PromptIds, Slices = other.Slices };

    static ComparisonRow Turned(ComparisonRow row) =>
        row with { Chosen = row.Rejected, ChosenIds = row.RejectedIds, Rejected = row.Chosen, RejectedIds = row.ChosenIds };

    static bool IsTie(ComparisonRow row)
    {
        var bias = TrainedRun.Recipe.Annotator.Bias;
        var label = new PocketAnnotator(0, bias.Length, bias.Courtesy, bias.Caution).Compare(PocketWorld.Find(row.Prompt)!,
            row.Chosen, row.ChosenIds[^1] == 3, row.Rejected, row.RejectedIds[^1] == 3, Purpose.Annotator.Draws(1));
        return label.UtilityA == label.UtilityB;
    }
}
