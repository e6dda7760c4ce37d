using System.IO.Compression;
using System.Text.Json;
using ActorRlhf.Models.Tokenizers;

namespace ActorRlhf.Host.Tests;

/// <summary>
/// Preferences between dialogues, and a model that can read them: both
/// made up, and so small that a run on own data takes seconds.
/// </summary>
sealed class Dialogues
{
    static readonly string[] s_verbs = ["bake", "burn", "hide", "lift", "mend", "paint", "wash"];
    static readonly string[] s_things = ["apples", "boats", "chairs", "doors", "eggs", "flags", "gates", "hats"];

    /// <param name="folder">Where both are written.</param>
    /// <param name="name">The data's file name.</param>
    public Dialogues(string folder, string name = "pairs.jsonl.gz")
    {
        (Data, Model) = (Path.Combine(folder, name), Path.Combine(folder, "model"));
        string[] words = ["Human:", "Assistant:", "may", "I", "yes", "no", "please", "do", .. s_verbs, .. s_things];
        SmallModel.Save(Model, new WordTokenizer(words), positions: 24);
        using var file = File.Create(Data);
        using Stream to = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : file;
        foreach (var prompt in s_verbs.SelectMany(verb => s_things.Select(thing => $"\n\nHuman: may I {verb} {thing}\n\nAssistant:")))
        {
            JsonSerializer.Serialize(to, new { chosen = $"{prompt} yes please do", rejected = $"{prompt} no" });
            to.WriteByte((byte)'\n');
        }
    }

    /// <summary>The file of preferences.</summary>
    public string Data { get; }

    /// <summary>The model's folder.</summary>
    public string Model { get; }

    /// <summary>On top of the recipe pocket-tiny.</summary>
    public string[] Overrides =>
    [
        "world.kind=hh-rlhf", $"data.path={Data}", $"policy.path={Model}", "data.maxPromptTokens=12",
        "sampling.maxTokens=6", "pretrain.steps=60", "pretrain.batch=8", "preferences.pairs=24",
        "preferences.heldout=6", "reward.epochs=1", "reward.batch=8", "reward.calibrationSamples=8",
        "rl.steps=3", "rl.episodes=8", "rl.epochs=2", "evaluation.prompts=4",
    ];

    /// <summary>Deletes both.</summary>
    public void Remove()
    {
        File.Delete(Data);
        Directory.Delete(Model, recursive: true);
    }
}
