using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using MessagePack;

namespace ActorRlhf.Actors.Tests.Golden;

/// <summary>An event of any type with a value in every field, the same each time.</summary>
static class EventSamples
{
    internal static IEvent Of(Type type) => (IEvent)Value(type, type.Name);

    static object Value(Type type, string name) => Nullable.GetUnderlyingType(type) is { } value ? Value(value, name) : type switch
    {
        _ when type == typeof(string) => name,
        _ when type == typeof(bool) => true,
        _ when type == typeof(int) => name.Length,
        _ when type == typeof(long) => 10_000_000_000 + name.Length,
        _ when type == typeof(ulong) => ulong.MaxValue,
        _ when type == typeof(double) => name.Length + 0.1,
        _ when type == typeof(ContentHash) => ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(name)),
        _ when type == typeof(byte[]) => new byte[] { 1, 2, 3 },
        // A score that could not be computed, and the ends of the range.
        _ when type == typeof(DoubleColumn) => new DoubleColumn([0.1, double.NaN, double.NegativeInfinity, double.Epsilon, -0.0]),
        _ when type == typeof(IntegerColumn) => new IntegerColumn([1, int.MinValue, int.MaxValue]),
        { IsArray: true } => Array(type.GetElementType()!, name),
        _ when type.IsDefined(typeof(MessagePackObjectAttribute), inherit: false) => Record(type),
        _ => throw new NotSupportedException($"no sample of {type} ({name}) is known: add one here"),
    };

    static Array Array(Type element, string name)
    {
        var array = System.Array.CreateInstance(element, 1);
        array.SetValue(Value(element, name), 0);
        return array;
    }

    static object Record(Type type)
    {
        var constructor = type.GetConstructors().MaxBy(candidate => candidate.GetParameters().Length)!;
        return constructor.Invoke([.. constructor.GetParameters().Select(parameter => Value(parameter.ParameterType, parameter.Name!))]);
    }
}
