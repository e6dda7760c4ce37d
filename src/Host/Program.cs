using ActorRlhf.Host;

return await CommandLine.RunAsync(args);
