using ActorRlhf.Benchmarks;
using ActorRlhf.Benchmarks.Served;

switch (args)
{
    case ["decoder"]: return DecoderSpeed.Run();
    case ["evaluate"]: return await FileScoringSpeed.RunAsync();
    case ["host", .. var rest]: return await HostFigures.RunAsync(rest);
    case ["journal"]: return await JournalSpeed.RunAsync();
    case ["ledger", var data, var run]: return LedgerCost.Run(data, run);
    case ["memory"]: return MemoryUse.Run();
    case ["over-optimisation"]: return OverOptimisation.Run();
    case ["recovery"]: return await RecoveryTime.RunAsync();
    case ["long-logs"]: return await LongLogSpeed.RunAsync();
    case ["refusal", var folder]: return RefusalWeights.Run(folder, write: null);
    case ["refusal", var folder, "--write", var file]: return RefusalWeights.Run(folder, file);
    case ["replay"]: return await ReplaySpeed.RunAsync();
    case ["steps"]: return await StepPhases.RunAsync();
    case ["training"]: return TrainingSpeed.Run();
    default:
        Console.Error.WriteLine(
            "usage: Benchmarks decoder | evaluate | journal | long-logs | memory | over-optimisation | recovery | replay | steps | "
                + "training | " + LedgerCost.Usage + " | " + RefusalWeights.Usage + " | " + HostFigures.Usage);
        return 2;
}
