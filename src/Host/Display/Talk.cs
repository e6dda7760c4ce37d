namespace ActorRlhf.Host.Display;

/// <summary>What commands say to a person, on stderr, so that stdout holds data alone.</summary>
static class Talk
{
    /// <summary>Says one line; where stderr is full or closed, to nobody.</summary>
    public static void Say(string message)
    {
        try { Console.Error.Write(SafeText.Of(message).ReplaceLineEndings(" ") + "\n"); }
        catch (Exception lost) when (lost is IOException or UnauthorizedAccessException) { } // no reason to end what was to be talked about
    }

    /// <summary>Says why a command does nothing, and returns its exit code.</summary>
    public static int Refuse(int exitCode, string reason)
    {
        Say(reason);
        return exitCode;
    }
}
