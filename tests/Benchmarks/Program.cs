using ActorRlhf.Benchmarks;

switch (args)
{
    case ["decoder"]: return DecoderSpeed.Run();
    case ["journal"]: return await JournalSpeed.RunAsync();
    case ["over-optimisation"]: return OverOptimisation.Run();
    case ["steps"]: return StepPhases.Run();
    default:
        Console.Error.WriteLine("usage: Benchmarks decoder | journal | over-optimisation | steps");
        return 2;
}
