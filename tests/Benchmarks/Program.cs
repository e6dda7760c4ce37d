using ActorRlhf.Benchmarks;

switch (args)
{
    case ["decoder", ..]: return DecoderSpeed.Run();
    case ["journal", ..]: return await JournalSpeed.RunAsync();
    default:
        Console.Error.WriteLine("usage: Benchmarks decoder|journal");
        return 2;
}
