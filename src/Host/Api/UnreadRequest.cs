using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace ActorRlhf.Host.Api;

/// <summary>What is wrong with a request that its route could not read, in words of the request and not of this program.</summary>
/// <param name="format">How bodies are read.</param>
sealed partial class UnreadRequest(JsonSerializerOptions format)
{
    /// <summary>Which parameter or key is wrong, and what was expected.</summary>
    /// <param name="bad">What the framework said.</param>
    /// <param name="route">The request's; null where it has none.</param>
    public string WhyNot(BadHttpRequestException bad, Endpoint? route)
    {
        var body = route?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType is { } type ? format.GetTypeInfo(type) : null;
        if (bad.InnerException is JsonException json) return WhyNot(json, body);
        if (Unbound().Match(bad.Message) is { Success: true } unbound)
            return $"{Name(unbound)}: '{unbound.Groups["value"].Value}' is not {KindOf(unbound.Groups["type"].Value)}";
        if (Missing().Match(bad.Message) is { Success: true } missing)
            return $"{Name(missing)}: it is missing; expected {KindOf(missing.Groups["type"].Value)}";
        if (body is not null && bad.Message.Contains("no body was provided", StringComparison.Ordinal))
            return $"there is no body; expected {ObjectOf(body)}";
        return bad.Message;
    }

    string WhyNot(JsonException json, JsonTypeInfo? body)
    {
        var path = json.Path is { Length: > 2 } named ? named["$.".Length..] : "the body";
        if (body is null) return $"the body is no JSON of this request: {json.Message}";
        if (json.Message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal))
            return $"'{path}' is no key of this request; expected {ObjectOf(body)}";
        if (Lacking().Match(json.Message) is { Success: true } lacking)
            return $"the body lacks {lacking.Groups["names"].Value}; expected {ObjectOf(body)}";
        var isNull = json.Message.Contains("null", StringComparison.Ordinal);
        if (isNull || json.Message.Contains("could not be converted to", StringComparison.Ordinal))
            return $"{path}: {(isNull ? "null" : "it")} is not {KindAt(body, json.Path ?? "$")}";
        return $"the body is no JSON of this request: {json.Message}";
    }

    /// <summary>What is expected at a path such as <c>$.runs[0]</c>.</summary>
    string KindAt(JsonTypeInfo body, string path)
    {
        var here = body;
        foreach (Match step in Steps().Matches(path))
        {
            var next = step.Groups["key"] is { Success: true, Value: var key }
                ? here.Properties.FirstOrDefault(one => one.Name == key)?.PropertyType
                : here.ElementType;
            if (next is null) break;
            here = format.GetTypeInfo(next);
        }
        return KindOf(here);
    }

    string KindOf(JsonTypeInfo type) => type.Kind switch
    {
        JsonTypeInfoKind.Object => ObjectOf(type),
        JsonTypeInfoKind.Dictionary => "an object of keys and values",
        JsonTypeInfoKind.Enumerable => "a list",
        _ => KindOf((Nullable.GetUnderlyingType(type.Type) ?? type.Type).Name),
    };

    static string ObjectOf(JsonTypeInfo type) =>
        type.Properties.Count == 0 ? "an object" : $"an object with keys of {string.Join(", ", type.Properties.Select(one => one.Name))}";

    static string KindOf(string type) => Bare().Match(type).Groups["type"].Value switch
    {
        "int" or nameof(Int32) or "long" or nameof(Int64) => "a whole number",
        "ulong" or nameof(UInt64) => FormattableString.Invariant($"a whole number from 0 to {ulong.MaxValue}"),
        "double" or nameof(Double) => "a number",
        "bool" or nameof(Boolean) => "true or false",
        nameof(DateTimeOffset) => "a time such as 2026-01-31T12:00:00Z",
        _ => "text",
    };

    static string Name(Match match) => JsonNamingPolicy.CamelCase.ConvertName(match.Groups["name"].Value);

    [GeneratedRegex("^Failed to bind parameter \"(?<type>.+) (?<name>\\w+)\" from \"(?<value>.*)\"\\.$", RegexOptions.Singleline)]
    private static partial Regex Unbound();

    [GeneratedRegex("^Required parameter \"(?<type>.+) (?<name>\\w+)\" was not provided")]
    private static partial Regex Missing();

    [GeneratedRegex("missing required properties including: (?<names>.+)\\.")]
    private static partial Regex Lacking();

    [GeneratedRegex(@"\.(?<key>\w+)|\[\d+\]")]
    private static partial Regex Steps();

    [GeneratedRegex("^(Nullable<)?(?<type>[^>]*)>?$")]
    private static partial Regex Bare();
}
