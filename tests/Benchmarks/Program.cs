using ActorRlhf.Benchmarks;

if (args is ["decoder", ..]) return DecoderSpeed.Run();
Console.Error.WriteLine("usage: Benchmarks decoder");
return 2;
