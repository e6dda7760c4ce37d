using ActorRlhf.Benchmarks;

switch (args)
{
    case ["decoder"]: return DecoderSpeed.Run();
    case ["journal"]: return await JournalSpeed.RunAsync();
    case ["over-optimisation"]: return OverOptimisation.Run();
    case ["steps"]: return StepPhases.Run();
    case ["training"]: return TrainingSpeed.Run();
    default:
        Console.Error.WriteLine("usage: Benchmarks decoder | journal | over-optimisation | steps | training");
        return 2;
}
