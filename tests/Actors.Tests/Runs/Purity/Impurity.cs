using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace ActorRlhf.Actors.Tests.Runs.Purity;

/// <summary>
/// Finds in the code of a decider, and in all code of the product that it calls,
/// what would make a replay depend on more than the events.
/// </summary>
/// <remarks>
/// A list of calls is banned for the whole product by an analyzer (<c>build/BannedSymbols.txt</c>), which knows no difference between
/// files; a decider may do much less than the rest. Calls through interfaces are not followed.
/// </remarks>
static class Impurity
{
    static readonly HashSet<Type> s_types =
    [
        // The clock.
        typeof(DateTime), typeof(DateTimeOffset), typeof(TimeProvider), typeof(Stopwatch), typeof(TimeZoneInfo),
        typeof(Thread), typeof(Task), typeof(Timer),
        // Chance; Random is banned everywhere.
        typeof(Guid), typeof(RandomNumberGenerator), typeof(HashCode),
        // Whatever machine, process or file it is.
        typeof(Environment), typeof(AppContext), typeof(Process), typeof(File), typeof(Directory), typeof(Path),
        typeof(FileInfo), typeof(FileStream), typeof(Console),
        // An order that nobody promises.
        typeof(Dictionary<,>), typeof(HashSet<>), typeof(ImmutableDictionary<,>), typeof(ImmutableHashSet<>), typeof(Hashtable),
        typeof(ILookup<,>), typeof(IDictionary<,>), typeof(IReadOnlyDictionary<,>), typeof(KeyValuePair<,>),
    ];

    /// <summary>One line for each impure use: the method in which it is, and what is used.</summary>
    /// <param name="decider">A decider.</param>
    internal static IReadOnlyList<string> Of(Type decider)
    {
        const BindingFlags all =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        var product = decider.Assembly;
        var found = new List<string>();
        var seen = new HashSet<MethodBase>();
        var open = new Stack<MethodBase>(decider.GetMethods(all));
        while (open.TryPop(out var method))
        {
            if (!seen.Add(method)) continue;
            foreach (var member in Calls.Of(method))
            {
                if (Names(member).FirstOrDefault(IsImpure) is { } impure)
                    found.Add($"{method.DeclaringType!.Name}.{method.Name} uses {impure.Name}{(member is Type ? "" : $".{member.Name}")}");
                else if (UsesCulture(member))
                    found.Add($"{method.DeclaringType!.Name}.{method.Name} uses the current culture "
                        + $"in {member.DeclaringType!.Name}.{member.Name}");
                if (member is MethodBase called && called.Module.Assembly == product) open.Push(called);
                // The body of an iterator or of an asynchronous method is in a class of its own.
                if (member is ConstructorInfo { DeclaringType: { } made }
                    && made.Assembly == product
                    && made.IsDefined(typeof(CompilerGeneratedAttribute)))
                {
                    foreach (var body in made.GetMethods(all)) open.Push(body);
                }
            }
        }
        return found;
    }

    /// <summary>Every type that a use of a member involves.</summary>
    static IEnumerable<Type> Names(MemberInfo member) => member switch
    {
        Type type => Parts(type),
        MethodInfo method =>
            [.. Parts(method.DeclaringType), .. Parts(method.ReturnType), .. method.GetGenericArguments().SelectMany(Parts)],
        FieldInfo field => [.. Parts(field.DeclaringType), .. Parts(field.FieldType)],
        _ => Parts(member.DeclaringType),
    };

    static IEnumerable<Type> Parts(Type? type) => type is null ? [] : type.HasElementType ? Parts(type.GetElementType())
        : type.IsGenericType ? [type.GetGenericTypeDefinition(), .. type.GetGenericArguments().SelectMany(Parts)] : [type];

    static bool IsImpure(Type type) => s_types.Contains(type);

    /// <summary>Text that is made or compared as the user's culture has it, since no other was named.</summary>
    static bool UsesCulture(MemberInfo member) => member switch
    {
        { Name: "get_CurrentCulture" or "get_CurrentUICulture" } => true,
        // An interpolated string with anything but texts in it; FormattableString.Invariant or string.Create with a culture are others.
        ConstructorInfo { DeclaringType: var made } constructor when made == typeof(DefaultInterpolatedStringHandler) =>
            constructor.GetParameters().Length == 2,
        ConstructorInfo { DeclaringType: var made } constructor when made == typeof(StringBuilder.AppendInterpolatedStringHandler) =>
            constructor.GetParameters().Length == 3,
        MethodInfo { Name: "ToLower" or "ToUpper", DeclaringType: var text } method when text == typeof(string) || text == typeof(char) =>
            method.GetParameters().All(parameter => parameter.ParameterType != typeof(CultureInfo)),
        MethodInfo { Name: "Compare" or "CompareTo", DeclaringType: var text } method when text == typeof(string) =>
            method.GetParameters().All(parameter => parameter.ParameterType != typeof(StringComparison)),
        MethodInfo { Name: "ToString" or "Parse" or "TryParse", DeclaringType: { IsPrimitive: true } } method =>
            method.GetParameters().All(parameter => parameter.ParameterType != typeof(IFormatProvider)),
        MethodInfo { Name: "Format", DeclaringType: var text } method when text == typeof(string) =>
            method.GetParameters()[0].ParameterType != typeof(IFormatProvider),
        _ => false,
    };
}
