namespace ActorRlhf.Host.Display;

/// <summary>What commands say to a person, on stderr, so that stdout holds data alone.</summary>
static class Talk
{
    /// <summary>Says one line.</summary>
    public static void Say(string message) => Console.Error.Write(SafeText.Of(message).ReplaceLineEndings(" ") + "\n");

    /// <summary>Says why a command does nothing, and returns its exit code.</summary>
    public static int Refuse(int exitCode, string reason)
    {
        Say(reason);
        return exitCode;
    }
}
