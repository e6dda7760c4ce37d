using ActorRlhf.Actors.Artefacts;
using ActorRlhf.Actors.Journal;
using ActorRlhf.Models.Llama;

namespace ActorRlhf.Actors.Runs.Stages;

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
            var files = Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Concat(run.World.Sources);
            return [new TimedEvent(new StageCompleted(StageNames.World,
            [
                .. files.Select(file => new NamedArtefact(Path.GetFileName(file), run.Artefacts.Put(File.ReadAllBytes(file)))),
                new NamedArtefact(InitialPolicy, run.Artefacts.Put(ModelWeightsFile.ToSafetensors(initial))),
            ], [.. run.World.Facts]))];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
