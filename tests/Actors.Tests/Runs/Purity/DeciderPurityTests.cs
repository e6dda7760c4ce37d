using System.Globalization;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using ActorRlhf.Actors.Runs.Deciding;

namespace ActorRlhf.Actors.Tests.Runs.Purity;

/// <summary>A replay comes to the same state for ever only if the deciders know nothing but state and event.</summary>
public sealed class DeciderPurityTests
{
    sealed record Counted(long Value, string Text = "");

    static class PureDecider
    {
        public static Counted Evolve(Counted state, Counted fact) => new(
            state.Value + new[] { fact.Value, 1 }.Sum(),
            string.Create(CultureInfo.InvariantCulture, $"at {fact.Value}: {fact.Text.ToLowerInvariant()}"));
    }

    static class ClockDecider
    {
        public static Counted Evolve(Counted state, Counted fact) => state with { Value = fact.Value + DateTime.UtcNow.Ticks };
    }

    static class GuidDecider
    {
        public static Counted Evolve(Counted state, Counted fact) => state with { Text = Named(fact) };
        static string Named(Counted fact) => fact.Text + Guid.NewGuid();
    }

    static class DictionaryOrderDecider
    {
        public static Counted Evolve(Counted state, Counted fact) =>
            state with { Text = string.Concat(fact.Text.Split(' ').ToDictionary(word => word).Select(pair => pair.Key)) };
    }

    static class CultureDecider
    {
        public static Counted Evolve(Counted state, Counted fact) => state with { Text = $"at {fact.Value}" };
    }

    // What hides behind a lambda, an iterator or another method is found, too.
    static class HiddenClockDecider
    {
        public static Counted Evolve(Counted state, Counted fact) => state with { Value = Values(fact).Select(value => value + 1).Sum() };

        static IEnumerable<long> Values(Counted fact)
        {
            yield return fact.Value;
            yield return TimeProvider.System.GetTimestamp();
        }
    }

    [Theory]
    [InlineData(typeof(ClockDecider), "ClockDecider.Evolve uses DateTime.get_UtcNow")]
    [InlineData(typeof(GuidDecider), "GuidDecider.Named uses Guid.NewGuid")]
    [InlineData(typeof(DictionaryOrderDecider), "DictionaryOrderDecider.Evolve uses Dictionary`2.ToDictionary")]
    [InlineData(typeof(CultureDecider), "CultureDecider.Evolve uses the current culture in DefaultInterpolatedStringHandler..ctor")]
    [InlineData(typeof(HiddenClockDecider), "uses TimeProvider.get_System")]
    public void Of_ImpureOnPurpose_IsCaught(Type decider, string expected) =>
        Assert.Contains(Impurity.Of(decider), found => found.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void Of_PureDecider_FindsNothing() => Assert.Empty(Impurity.Of(typeof(PureDecider)));

    [Fact]
    public void Of_EveryDeciderOfTheProduct_FindsNothing()
    {
        var deciders = Deciders();
        Assert.Contains(typeof(Run), deciders);
        Assert.Equal("", string.Join("\n", deciders.SelectMany(Impurity.Of).Distinct()));
    }

    /// <summary>The types in the files that are called <c>*.decider.cs</c>, as the debugging symbols beside the assembly tell.</summary>
    static IReadOnlyCollection<Type> Deciders()
    {
        var assembly = typeof(Run).Assembly;
        using var file = File.OpenRead(Path.ChangeExtension(assembly.Location, ".pdb"));
        using var provider = MetadataReaderProvider.FromPortablePdbStream(file);
        var symbols = provider.GetMetadataReader();
        return
        [
            .. symbols.MethodDebugInformation
                .Where(handle => symbols.GetMethodDebugInformation(handle).Document is { IsNil: false } document
                    && symbols.GetString(symbols.GetDocument(document).Name).EndsWith(".decider.cs", StringComparison.Ordinal))
                .Select(handle => MetadataTokens.GetToken(handle.ToDefinitionHandle()))
                .Select(token => assembly.ManifestModule.ResolveMethod(token)!.DeclaringType!)
                .Distinct(),
        ];
    }
}
