namespace ActorRlhf.Models.Engines;

/// <summary>A recipe asks for a device that this machine, or this build of libtorch, does not have.</summary>
/// <param name="library">Name and version of the library that does not see it.</param>
public sealed class DeviceMissingException(string device, string library)
    : Exception($"compute.device is {device}, but {library} here sees no such device; "
        + "use --set compute.device=cpu, or auto to take what there is")
{
    /// <summary>The device.</summary>
    public string Device { get; } = device;
}
