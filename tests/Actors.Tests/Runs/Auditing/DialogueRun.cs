using System.Text;
using System.Text.Json;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Tokenizers;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Actors.Tests.Runs.Auditing;

/// <summary>A real run on a file of dialogues and a model that was given to it, trained once.</summary>
public sealed class DialogueRun : IAsyncLifetime
{
    internal static readonly RunId Id = RunId.Parse("dialogues");
    internal string Folder { get; private set; } = "";

    public async Task InitializeAsync()
    {
        var small = Some.Recipe();
        var recipe = small with
        {
            World = small.World with { Kind = WorldKind.HhRlhf },
            Data = small.Data with { Path = "pairs.jsonl", MaxPromptTokens = 9 },
            Sampling = small.Sampling with { MaxTokens = 6 },
            Policy = small.Policy with { Path = "model" },
        };
        await using var host = await RunsHost.StartAsync();
        Folder = host.Directory;
        await host.TrainAsync(Id.Value, recipe, World(recipe));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    internal Forgery Copy() => new(Folder, Id);

    static DialogueWorld World(Recipe recipe)
    {
        string[] words = ["Human:", "Assistant:", "yes", "no", .. Enumerable.Range(0, 40).Select(i => $"w{i}")];
        var tokenizer = new WordTokenizer(words);
        var shape = new LlamaConfig
        {
            HiddenSize = 8,
            IntermediateSize = 8,
            Layers = 1,
            Heads = 1,
            KeyValueHeads = 1,
            MaxPositions = 24,
            VocabularySize = tokenizer.VocabularySize,
            BosTokenId = tokenizer.BosTokenId,
            EosTokenId = tokenizer.EosTokenId,
        };
        string Pair(int i)
        {
            // Every third prompt is longer than data.maxPromptTokens.
            var dialogue = $"\n\nHuman: w{i % 40}{string.Concat(Enumerable.Repeat(" no w0", i % 3 == 0 ? 4 : 1))} w{i / 3}\n\nAssistant:";
            return JsonSerializer.Serialize(new { chosen = $"{dialogue} yes w{i % 7}", rejected = $"{dialogue} no w{i % 5} w{i % 3}" });
        }
        var data = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 90).Select(Pair)));
        var policy = new PolicyMaterial(shape, tokenizer, () => WeightInitialisation.LanguageModel(shape, 1));
        return new DialogueWorld(recipe, policy, new WorldSource("pairs.jsonl", () => data));
    }
}
