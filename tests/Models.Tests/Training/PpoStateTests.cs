using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Engines.Torch;
using ActorRlhf.Models.Tests.Files;
using ActorRlhf.Models.Tests.Sampling;
using ActorRlhf.Models.Training;

namespace ActorRlhf.Models.Tests.Training;

public sealed class PpoStateTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_OfATrainer_AreNamedAndGiveTheStateBack()
    {
        using var workers = new ComputeWorkers(1);
        using var trainer = new PpoTrainer(Example.Policy(), Example.Critic(), new AdamOptions(), shards: 1, workers, TorchEngine.Cpu);
        trainer.Update(Example.Episodes(trainer, Example.Sequences(8)), new PpoOptions(), 1e-3, seed: 1, step: 1);
        var state = PpoState.Of(trainer);

        var read = PpoState.Read(Written(state), Some.OddShape);

        // In the order in which checkpoints of past runs name them.
        Assert.Equal(PpoState.FileNames, state.Files().Select(file => file.Name));
        Assert.Equal(["policy", "policy-optimizer", "critic", "critic-optimizer"], state.Files().Select(file => file.Name));
        Assert.Equal(state.Policy.Data, read.Policy.Data);
        Assert.Equal(state.Critic.Data, read.Critic.Data);
        Assert.Equal(state.PolicyOptimizer!.SecondMoment, read.PolicyOptimizer!.SecondMoment);
        Assert.Equal(state.CriticOptimizer!.FirstMoment, read.CriticOptimizer!.FirstMoment);
        Assert.Equal(state.PolicyOptimizer.Updates, read.PolicyOptimizer.Updates);
        Assert.Equal(state.CriticOptimizer.Updates, read.CriticOptimizer.Updates);
    }

    [Fact]
    public void Read_PolicyAndCriticAlone_IsABeginning()
    {
        var read = PpoState.Read(Written(new PpoState(Example.Policy(), Example.Critic(), null, null)), Some.OddShape);

        Assert.Equal((null, null), (read.PolicyOptimizer, read.CriticOptimizer));
    }

    [Theory]
    [InlineData("policy")]
    [InlineData("critic")]
    [InlineData("policy-optimizer")]
    [InlineData("critic-optimizer")]
    public void Read_OneFileIsNotThere_NamesIt(string missing)
    {
        using var workers = new ComputeWorkers(1);
        using var trainer = new PpoTrainer(Example.Policy(), Example.Critic(), new AdamOptions(), shards: 1, workers, TorchEngine.Cpu);
        var files = Written(PpoState.Of(trainer));
        files.Remove(missing);

        var error = Assert.Throws<ArgumentException>(() => PpoState.Read(files, Some.OddShape));

        Assert.StartsWith($"there is no file '{missing}' among ", error.Message, StringComparison.Ordinal);
    }

    Dictionary<string, string> Written(PpoState state) => state.Files().ToDictionary(file => file.Name, file =>
    {
        var path = Path.Combine(_folder.Path, file.Name);
        using var stream = File.Create(path);
        file.Write(stream);
        return path;
    });
}
