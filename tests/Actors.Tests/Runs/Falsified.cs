using ActorRlhf.Actors.Live.Runs;
using ActorRlhf.Actors.Live.Workers;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Sampling;
using Akka.Actor;

namespace ActorRlhf.Actors.Tests.Runs;

/// <summary>Stands before each child of a run and may change what is asked and what is answered.</summary>
sealed class FalsifiedChildren(
    IRunChildrenFactory sound, Func<object, object>? request = null, Func<object, object, object>? reply = null) : IRunChildrenFactory
{
    public RunChildren Create(IActorRefFactory parent, RunContext run, IActorRef progress)
    {
        var children = sound.Create(parent, run, progress);
        var gate = new object();
        IActorRef Stand(IActorRef child) =>
            parent.ActorOf(Props.Create(() => new Falsifier(child, gate, request, reply)), $"{child.Path.Name}-falsifier");
        return children with
        {
            Policy = Stand(children.Policy),
            Reference = Stand(children.Reference),
            Rewards = Stand(children.Rewards),
            Rollout = Stand(children.Rollout),
        };
    }

    sealed class Falsifier : ReceiveActor
    {
        public Falsifier(
            IActorRef child, object gate, Func<object, object>? request, Func<object, object, object>? reply) => ReceiveAny(message =>
        {
            object asked;
            lock (gate) asked = request?.Invoke(message) ?? message;
            child.Ask<object>(asked, Timeout.InfiniteTimeSpan).PipeTo(Sender, Self, answer =>
            {
                lock (gate) return reply?.Invoke(message, answer) ?? answer;
            });
        });
    }
}

/// <summary>One number, or one completion, of a training step that is not what it should be.</summary>
static class Falsified
{
    /// <summary>Children of which one falsifies a step.</summary>
    internal static IRunChildrenFactory Children(ComputePool pool, string what, int step) => what == "weights-nan"
        ? new SpoiledChildren(pool, step)
        : new FalsifiedChildren(new RunChildrenFactory(pool), Request(what, step), Answer(what, step));

    /// <summary>
    /// Falsifies the answers that belong to a step: <see cref="Some.Recipe"/> with nine held-out prompts tells its eight episodes from
    /// them.
    /// </summary>
    internal static Func<object, object, object> Answer(string what, int step)
    {
        int scored = 0, referred = 0;
        return (asked, answer) => (asked, answer) switch
        {
            (Generate { Options.Purpose: Purpose.RolloutSampling } generate, Generated generated)
                when generate.Requests[0].Step == step => what switch
                {
                    "sampler-nan" => First(generated, one => one with { LogProbs = [float.NaN, .. one.LogProbs[1..]] }),
                    "empty" => First(generated, Empty),
                    "all-empty" => generated with { Completions = [.. generated.Completions.Select(Empty)] },
                    "no-eos" => generated with { Completions = [.. generated.Completions.Select(one => Endless(one, generate.Options))] },
                    _ => answer,
                },
            (ScoreCompletions { Sequences.Count: 8 }, Scored members) when ++scored == step => what switch
            {
                "reward-nan" => new Scored([[float.NaN, .. members.Members[0][1..]], members.Members[1]]),
                "reward-infinite" => new Scored([members.Members[0], [float.PositiveInfinity, .. members.Members[1][1..]]]),
                "reward-constant" => new Scored([[.. members.Members[0].Select(_ => 0.5f)], [.. members.Members[1].Select(_ => -0.25f)]]),
                _ => answer,
            },
            (MeasureReference { Sequences.Count: 8 }, ReferenceMeasured measured) when ++referred == step && what == "reference-infinite" =>
                new ReferenceMeasured([[float.NegativeInfinity, .. measured.LogProbs[0][1..]], .. measured.LogProbs.Skip(1)]),
            (Measure measure, Measured measured) when measure.Step == step => what switch
            {
                "old-nan" => measured with { LogProbs = [[float.NaN, .. measured.LogProbs[0][1..]], .. measured.LogProbs[1..]] },
                "value-nan" => measured with { Values = [[float.NaN, .. measured.Values[0][1..]], .. measured.Values[1..]] },
                _ => answer,
            },
            _ => answer,
        };
    }

    /// <summary>Falsifies what the policy is asked to learn from, so that the trainer itself meets the number.</summary>
    internal static Func<object, object> Request(string what, int step) => asked => asked is UpdatePolicy update && update.Step == step
        ? update with { Episodes = [First(update.Episodes[0], what), .. update.Episodes.Skip(1)] }
        : asked;

    static Generated First(Generated generated, Func<Completion, Completion> change) =>
        generated with { Completions = [change(generated.Completions[0]), .. generated.Completions.Skip(1)] };

    static Completion Empty(Completion completion) => completion with { TokenIds = [], LogProbs = [] };

    /// <summary>The completion as it would be if another token had been sampled instead of EOS, again and again.</summary>
    static Completion Endless(Completion completion, SamplingOptions options)
    {
        var before = completion.TokenIds.TakeWhile(token => token != options.EosTokenId).ToArray();
        var missing = options.MaxTokens - before.Length;
        return new Completion(
            [.. before, .. Enumerable.Repeat(options.EosTokenId + 1, missing)],
            [.. completion.LogProbs[..before.Length], .. Enumerable.Repeat(-1f, missing)],
            Models.Sampling.StopReason.Length);
    }

    static Models.Algorithms.Ppo.PpoEpisode First(Models.Algorithms.Ppo.PpoEpisode episode, string what) => what switch
    {
        "advantage-nan" => episode with { Advantages = [float.NaN, .. episode.Advantages[1..]] },
        "return-infinite" => episode with { Returns = [float.PositiveInfinity, .. episode.Returns[1..]] },
        "old-log-prob-infinite" => episode with { OldLogProbs = [float.NegativeInfinity, .. episode.OldLogProbs[1..]] },
        _ => episode,
    };
}

/// <summary>Children of which the sampler finds weights that are not finite under the name of a sound policy, once.</summary>
sealed class SpoiledChildren(ComputePool pool, int step) : RunChildrenFactory(pool)
{
    int _spoiled;

    protected override Props Rollout(RunContext run, WeightsExchange weights) =>
        Props.Create(() => new SpoiledRollout(run.Recipe, weights, Share(run), generate => Spoil(generate, weights)))
            .WithDispatcher(ComputeActor.Dispatcher);

    void Spoil(Generate generate, WeightsExchange weights)
    {
        if (generate.Options.Purpose != Purpose.RolloutSampling || generate.Requests[0].Step != step) return;
        if (Interlocked.Increment(ref _spoiled) > 1) return;
        // The copy that goes to the sampler, not the trainer's own weights.
        var broken = weights.Take(generate.Policy, HeadKind.LanguageModel).Clone();
        Array.Fill(broken.Data, float.NaN);
        weights.Offer(generate.Policy, broken);
    }
}

sealed class SpoiledRollout(Recipe recipe, WeightsExchange weights, ComputeWorkers workers, Action<Generate> spoil)
    : RolloutActor(recipe, weights, workers)
{
    protected override bool AroundReceive(Receive receive, object message)
    {
        if (message is Generate generate) spoil(generate);
        return base.AroundReceive(receive, message);
    }
}
