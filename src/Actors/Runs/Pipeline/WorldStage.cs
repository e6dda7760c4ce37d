using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>Stores what the run starts from: data, tokenizer, shape and first weights.</summary>
static class WorldStage
{
    /// <summary>Name of the artefact of the first weights.</summary>
    public const string InitialPolicy = "initial-policy";

    public static IReadOnlyList<TimedEvent> Run(RunContext run, ModelWeights initial)
    {
        var folder = Directory.CreateTempSubdirectory("actorrlhf-world-").FullName;
        try
        {
            run.World.Tokenizer.Save(folder);
            LlamaConfigFile.Write(Path.Combine(folder, LlamaConfigFile.FileName), initial.Config, HeadKind.LanguageModel);
            // StoredWorld knows the order.
            return [new TimedEvent(new StageCompleted(StageNames.World,
            [
                .. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)
                    .Select(file => new NamedArtefact(Path.GetFileName(file), run.Artefacts.Put(File.ReadAllBytes(file)))),
                .. run.World.Sources.Select(source => new NamedArtefact(source.Name, run.Artefacts.Put(source.Content()))),
                new NamedArtefact(InitialPolicy, run.Artefacts.Put(stream => ModelWeightsFile.WriteTo(stream, initial))),
            ], [.. run.World.Facts]))];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
