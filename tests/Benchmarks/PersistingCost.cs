using System.Diagnostics;
using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Weights;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorRlhf.Benchmarks;

/// <summary>
/// What keeping a run's steps costs: its own events and artefacts are stored once more, in a directory of
/// their own, by the code and with the settings that stored them first; and the weights are hashed.
/// </summary>
static class PersistingCost
{
    /// <summary>Mean seconds a step.</summary>
    /// <param name="run">The run.</param>
    /// <param name="wanted">Which steps.</param>
    public static async Task<double> OfAsync(RunRecord run, Func<int, bool> wanted)
    {
        var directory = Directory.CreateTempSubdirectory("actorrlhf-persisting-");
        using var data = DataDirectory.OpenForWriting(directory.FullName, TimeProvider.System);
        using var host = new HostBuilder().ConfigureServices(services => services.AddAkka("persisting", akka => akka
            .AddHocon("akka { loglevel = OFF, stdout-loglevel = OFF }", HoconAddMode.Prepend)
            .WithJournal(data.Store.Settings))).Build();
        await host.StartAsync();
        var writer = host.Services.GetRequiredService<ActorSystem>().ActorOf(BulkWriter.Props("again", EventCatalogue.Known));
        var shape = ModelWeightsFile.FromSafetensors(
            run.Artefacts.Read(run.State.RewardModels[0].Weights),
            Shape(run), HeadKind.Scalar, "reward model");
        var (seconds, steps) = (0.0, 0);
        foreach (var step in StepRecord.Of(run, _ => true))
        {
            IEvent[] facts = [.. step.Events.Select(read => read.Event)];
            byte[][] artefacts = [.. step.Events.SelectMany(read => NamedArtefacts.In(read.Event)).Select(run.Artefacts.Read)];
            var start = Stopwatch.GetTimestamp();
            foreach (var artefact in artefacts) data.Artefacts.Put(artefact);
            ModelWeightsFile.Sha256(shape);                   // the policy's and the critic's
            ModelWeightsFile.Sha256(shape);
            await writer.Ask<long>(facts);
            if (wanted(step.Step)) (seconds, steps) = (seconds + Stopwatch.GetElapsedTime(start).TotalSeconds, steps + 1);
        }
        await host.StopAsync();
        directory.Delete(recursive: true);
        return seconds / steps;
    }

    static LlamaConfig Shape(RunRecord run)
    {
        var file = run.State.Stage("world")!.Artefacts.First(artefact => artefact.Name == LlamaConfigFile.FileName);
        var folder = Directory.CreateTempSubdirectory("actorrlhf-shape-");
        File.WriteAllBytes(Path.Combine(folder.FullName, LlamaConfigFile.FileName), run.Artefacts.Read(file.Hash));
        var shape = LlamaConfigFile.Read(Path.Combine(folder.FullName, LlamaConfigFile.FileName), HeadKind.LanguageModel);
        folder.Delete(recursive: true);
        return shape;
    }
}
