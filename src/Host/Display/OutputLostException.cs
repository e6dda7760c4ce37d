namespace ActorRlhf.Host.Display;

/// <summary>Nobody can take what a command prints: the disk to which it goes is full, or it was closed.</summary>
/// <param name="cause">What the operating system said.</param>
sealed class OutputLostException(Exception cause)
    : Exception(
        $"stdout cannot be written: {(cause is UnauthorizedAccessException ? "it is closed" : cause.Message.TrimEnd('.'))}. "
            + "What was printed is not whole: make room where it goes, or send it elsewhere",
        cause);
