using MessagePack;
using MessagePack.Resolvers;

namespace ActorRlhf.Actors.Log.Chain;

/// <summary>How everything in the log is serialised: MessagePack with integer keys, and no type names in data.</summary>
static class LogFormat
{
    public static readonly MessagePackSerializerOptions Options = MessagePackSerializerOptions.Standard
        .WithResolver(StandardResolver.Instance)
        .WithSecurity(MessagePackSecurity.UntrustedData);
}
