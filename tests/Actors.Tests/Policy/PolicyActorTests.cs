using ActorRlhf.Actors.Live.Workers;
using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Actors.Tests.Runs;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Engines.Torch;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Training;
using ActorRlhf.Models.Weights;
using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace ActorRlhf.Actors.Tests.Policy;

public sealed class PolicyActorTests : TestKit
{
    static readonly Recipe s_recipe = Some.Recipe("compute.shards=1");
    readonly ComputeWorkers _workers = new(1);
    readonly CancellationTokenSource _patience = new(RunsHost.Patience);
    readonly string _directory = Temporary.NewDirectory();
    readonly WeightsExchange _weights;

    public PolicyActorTests() : base(
        "akka.loglevel = OFF, akka.stdout-loglevel = OFF, akka.log-dead-letters = off, compute-dispatcher { type = PinnedDispatcher }") =>
        _weights = new WeightsExchange(new ArtefactStore(_directory), WorldFactory.Create(s_recipe).Shape);

    protected override void AfterAll()
    {
        base.AfterAll();
        _workers.Dispose();
        _patience.Dispose();
    }

    [Fact]
    public async Task Measure_BeforeItHasAState_FailsAndNamesTheStep()
    {
        var policy = Sys.ActorOf(PolicyActor.Props(s_recipe, _weights, _workers, TestActor));

        var lost = await Assert.ThrowsAsync<WorkFailedException>(() => policy.AskAsync<Measured>(new Measure(3, []), _patience.Token));

        Assert.Equal("the policy is empty; expected it after step 2", lost.Message);
    }

    [Fact]
    public async Task UpdatePolicy_OfAnotherStep_FailsAndNamesBoth()
    {
        var policy = Sys.ActorOf(PolicyActor.Props(s_recipe, _weights, _workers, TestActor));
        await policy.AskAsync<PpoBegun>(new BeginPpo(4, Beginning()), _patience.Token);

        var lost = await Assert.ThrowsAsync<WorkFailedException>(() =>
            policy.AskAsync<Updated>(new UpdatePolicy(7, [], RunFacts.LogicVersion), _patience.Token));

        Assert.Equal("the policy is after step 4; expected it after step 6", lost.Message);
    }

    [Fact]
    public async Task LearnDemonstrations_StateOfAnotherStep_FailsAndNamesBoth()
    {
        var policy = Sys.ActorOf(PolicyActor.Props(s_recipe, _weights, _workers, TestActor));
        var world = WorldFactory.Create(s_recipe);
        await policy.AskAsync<SftProgress>(new BeginSft(new SftState(0, _weights.Put(world.InitialPolicy()), null, 0, 0)), _patience.Token);
        var two = new LearnDemonstrations(0, [world.Demonstrations(0), world.Demonstrations(1)]);
        var learned = await policy.AskAsync<SftProgress>(two, _patience.Token);

        var lost = await Assert.ThrowsAsync<WorkFailedException>(() =>
            policy.AskAsync<SftProgress>(new LearnDemonstrations(0, []), _patience.Token));

        Assert.Equal((2, "the policy is after step 2; expected it after step 0"), (learned.Step, lost.Message));
    }

    [Fact]
    public async Task SaveSft_BeginningFromIt_TakesNothing()
    {
        var policy = Sys.ActorOf(PolicyActor.Props(s_recipe, _weights, _workers, TestActor));
        var world = WorldFactory.Create(s_recipe);
        await policy.AskAsync<SftProgress>(new BeginSft(new SftState(0, _weights.Put(world.InitialPolicy()), null, 0, 0)), _patience.Token);
        await policy.AskAsync<SftProgress>(new LearnDemonstrations(0, [world.Demonstrations(0)]), _patience.Token);
        var saved = await policy.AskAsync<SftState>(new SaveSft(1), _patience.Token);
        Directory.Delete(_directory, recursive: true);

        await policy.AskAsync<SftProgress>(new BeginSft(saved), _patience.Token);
        await policy.AskAsync<SftProgress>(new LearnDemonstrations(1, [world.Demonstrations(1)]), _patience.Token);
        var lost = await Assert.ThrowsAsync<WorkFailedException>(() => policy.AskAsync<SftProgress>(new BeginSft(saved), _patience.Token));

        Assert.Equal(WorkFailureKind.FileLost, lost.Failed.Kind);
    }

    [Fact]
    public async Task Messages_WeightsThatTheyName_AreNeverChangedAfterwards()
    {
        var policy = Sys.ActorOf(PolicyActor.Props(s_recipe, _weights, _workers, TestActor));
        var files = Beginning();
        await policy.AskAsync<PpoBegun>(new BeginPpo(0, files), _patience.Token);
        var given = _weights.Take(files[0].Hash, HeadKind.LanguageModel);

        var first = await StepAsync(policy, 1);
        var offered = _weights.Take(first.Policy, HeadKind.LanguageModel);
        var saved = await policy.AskAsync<PolicySaved>(new SavePolicy(1), _patience.Token);
        var second = await StepAsync(policy, 2);

        Assert.Equal((files[0].Hash, first.Policy), (Hash(given), Hash(offered)));
        Assert.Equal([first.Policy, first.Critic], saved.Files.Where(file => file.Name is "policy" or "critic").Select(file => file.Hash));
        Assert.NotEqual(first.Policy, second.Policy);
    }

    [Fact]
    public async Task Restart_StateOfBeforeIsGone_AndTheSameStepGivesTheSameWeights()
    {
        var policy = Sys.ActorOf(PolicyActor.Props(s_recipe, _weights, _workers, TestActor));
        await policy.AskAsync<PpoBegun>(new BeginPpo(0, Beginning()), _patience.Token);
        var before = await StepAsync(policy, 1);
        await Assert.ThrowsAsync<WorkFailedException>(() =>
            policy.AskAsync<Updated>(new UpdatePolicy(9, [], RunFacts.LogicVersion), _patience.Token));

        var empty = await Assert.ThrowsAsync<WorkFailedException>(() => policy.AskAsync<PolicySaved>(new SavePolicy(1), _patience.Token));
        await policy.AskAsync<PpoBegun>(new BeginPpo(0, Beginning()), _patience.Token);
        var again = await StepAsync(policy, 1);

        Assert.Equal("the policy is empty; expected it after step 1", empty.Message);
        Assert.Equal((before.Policy, before.Critic), (again.Policy, again.Critic));
    }

    [Fact]
    public async Task SavePolicy_BeginningFromIt_GivesTheSameNextStep()
    {
        var one = Sys.ActorOf(PolicyActor.Props(s_recipe, _weights, _workers, TestActor));
        await one.AskAsync<PpoBegun>(new BeginPpo(0, Beginning()), _patience.Token);
        await StepAsync(one, 1);
        var saved = await one.AskAsync<PolicySaved>(new SavePolicy(1), _patience.Token);
        var two = Sys.ActorOf(PolicyActor.Props(s_recipe, _weights, _workers, TestActor));
        await two.AskAsync<PpoBegun>(new BeginPpo(1, saved.Files), _patience.Token);

        var (expected, found) = (await StepAsync(one, 2), await StepAsync(two, 2));

        Assert.Equal((expected.Policy, expected.Critic), (found.Policy, found.Critic));
    }

    [Fact]
    public async Task BeginPpo_OptimizerThatDoesNotFit_FailsAndTheNextBeginsAnew()
    {
        var policy = Sys.ActorOf(PolicyActor.Props(s_recipe, _weights, _workers, TestActor));
        var optimizer = _weights.Put(new AdamState([], [], [], 1));
        NamedArtefact[] unfit =
            [.. Beginning(), new(PpoState.PolicyOptimizerFile, optimizer), new(PpoState.CriticOptimizerFile, optimizer)];

        for (var i = 0; i < 3; i++)
            await Assert.ThrowsAnyAsync<Exception>(() => policy.AskAsync<PpoBegun>(new BeginPpo(0, unfit), _patience.Token));
        await policy.AskAsync<PpoBegun>(new BeginPpo(0, Beginning()), _patience.Token);

        Assert.Null((await StepAsync(policy, 1)).Update.NonFinite);
    }

    [Fact]
    public void Update_WeightsOverflowInTheLastMinibatch_AreTakenBack()
    {
        var state = State();
        using var trainer = new PpoTrainer(state.Policy.Clone(), state.Critic.Clone(), new AdamOptions(), 1, _workers, TorchEngine.Cpu);
        var sequences = Sequences();
        var (logProbs, values) = trainer.Measure(sequences, new PpoOptions(), seed: 1, step: 1);

        // One minibatch, and a rate beyond float32: nobody measures with the new weights in this step.
        var options = new PpoOptions { Epochs = 1, Minibatches = 1 };
        var update = trainer.Update(Episodes(sequences, logProbs, values), options, learningRate: 1e39, seed: 1, step: 1);

        Assert.Equal("policyWeights", update.NonFinite);
        Assert.Equal((Hash(state.Policy), Hash(state.Critic)), (Hash(trainer.Policy.Weights), Hash(trainer.Critic.Weights)));
        Assert.Equal(0, trainer.Policy.Optimizer.Updates);
        Assert.All(trainer.Policy.Optimizer.FirstMoment, moment => Assert.Equal(0, moment));
    }

    async Task<Updated> StepAsync(IActorRef policy, int step)
    {
        var sequences = Sequences();
        var measured = await policy.AskAsync<Measured>(new Measure(step, sequences), _patience.Token);
        var episodes = Episodes(sequences, measured.LogProbs, measured.Values);
        return await policy.AskAsync<Updated>(new UpdatePolicy(step, episodes, RunFacts.LogicVersion), _patience.Token);
    }

    static TokenSequence[] Sequences() =>
    [
        .. Enumerable.Range(0, 8).Select(i => new TokenSequence([.. Enumerable.Range(1, 6 + i % 3).Select(t => 3 + (i + t) % 20)], 3)),
    ];

    static PpoEpisode[] Episodes(TokenSequence[] sequences, float[][] logProbs, float[][] values) => [.. sequences.Select((sequence, i) =>
        new PpoEpisode(sequence, logProbs[i], values[i],
            [.. logProbs[i].Select((_, t) => (i + t) % 2 - 0.5f)], [.. values[i].Select(value => value + 1)]))];

    NamedArtefact[] Beginning() => _weights.Put(State().Files());

    static PpoState State()
    {
        var policy = WorldFactory.Create(s_recipe).InitialPolicy();
        return new PpoState(policy, WeightInitialisation.RewardModel(policy, 0, seed: 1), null, null);
    }

    static ContentHash Hash(ModelWeights weights) => ContentHash.Parse(ModelWeightsFile.Sha256(weights));
}
