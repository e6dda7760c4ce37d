using System.Text.Json;
using ActorRlhf.Actors.Log.Events;

namespace ActorRlhf.Host.Display;

/// <summary>The data of <c>--json</c>: one object a line on stdout, spelt as events are (<see cref="EventJson"/>).</summary>
static class JsonOutput
{
    /// <summary>Writes one object as one line.</summary>
    public static void Write<T>(T value) => Console.Out.Write(JsonSerializer.Serialize(value, EventJson.Format) + "\n");
}
