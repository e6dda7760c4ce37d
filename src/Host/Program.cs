using ActorRlhf.Host.Cli;
using ActorRlhf.Host.Display;

Console.SetOut(new GuardedOutput(Console.Out));
return await CommandLine.RunAsync(args);
