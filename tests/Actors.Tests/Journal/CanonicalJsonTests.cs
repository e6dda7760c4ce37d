using System.Globalization;
using System.Text;
using System.Text.Json;
using ActorRlhf.Actors.Log.Chain;

namespace ActorRlhf.Actors.Tests.Journal;

public sealed class CanonicalJsonTests
{
    sealed record State(int Step, double Kl, long Seed, string Name, Phase Phase, ContentHash? Weights, Dictionary<string, float> Metrics);
    enum Phase { NotStarted, InTraining }

    static readonly State s_state = new(
        3, -0.25, long.MaxValue, "naïve \"x\"\n", Phase.InTraining, null,
        new() { ["z/b"] = 0.1f, ["a/b"] = 1e-7f, ["İ"] = 2 });

    const string Expected =
        """{"kl":-0.25,"metrics":{"a/b":1e-7,"z/b":0.1,"İ":2},"name":"naïve \"x\"\n","phase":"inTraining","seed":"""
        + """9223372036854775807,"step":3,"weights":null}""";

    [Fact]
    public void Serialize_State_SortsKeysAndWritesUtf8WithoutBom() =>
        Assert.Equal(Expected, Encoding.UTF8.GetString(CanonicalJson.Serialize(s_state)));

    [Theory]
    [InlineData(",", ".", "-")] // as in de-DE and tr-TR
    [InlineData("٫", "٬", "\u2212")] // as in ar-EG, with the minus sign of sv-SE
    public void Serialize_OtherCulture_GivesTheSameBytes(string separator, string group, string minus)
    {
        // The build is globalisation-invariant, so a culture's own data is spelled out here.
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (culture.NumberFormat.NumberDecimalSeparator, culture.NumberFormat.NumberGroupSeparator, culture.NumberFormat.NegativeSign) =
            (separator, group, minus);
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = culture;
            Assert.Equal(Expected, Encoding.UTF8.GetString(CanonicalJson.Serialize(s_state)));
        }
        finally { CultureInfo.CurrentCulture = before; }
    }

    // The numbers of RFC 8785, appendix B, and the borders of plain notation.
    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(-5e-324, "-5e-324")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157e+308")]
    [InlineData(9007199254740992, "9007199254740992")]
    [InlineData(295147905179352830000.0, "295147905179352830000")]
    [InlineData(9.999999999999997e22, "9.999999999999997e+22")]
    [InlineData(1e23, "1e+23")]
    [InlineData(1.0000000000000001e23, "1.0000000000000001e+23")]
    [InlineData(999999999999999900000.0, "999999999999999900000")]
    [InlineData(1e21, "1e+21")]
    [InlineData(0.000001, "0.000001")]
    [InlineData(9.999999999999997e-7, "9.999999999999997e-7")]
    [InlineData(333333333.33333325, "333333333.33333325")]
    [InlineData(-0.0000033333333333333333, "-0.0000033333333333333333")]
    [InlineData(1424953923781206.2, "1424953923781206.2")]
    [InlineData(120.5, "120.5")]
    public void Serialize_Double_IsTheShortestInEcmaScriptNotation(double number, string expected)
    {
        var json = Encoding.UTF8.GetString(CanonicalJson.Serialize(number));
        Assert.Equal(expected, json);
        Assert.Equal(number, double.Parse(json, CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData(" { \"b\" : 1.0 , \"a\" : [ ] } ", """{"a":[],"b":1}""")]
    [InlineData("\"\\u0041\\u001f\\u20ac\\/\"", "\"A\\u001f€/\"")]
    [InlineData("18446744073709551615", "18446744073709551615")]
    public void Serialize_OtherSpelling_GivesTheCanonicalOne(string json, string expected)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Equal(expected, Encoding.UTF8.GetString(CanonicalJson.Serialize(document.RootElement)));
    }

    [Theory]
    [InlineData("""{"a":1,"a":1}""")]
    [InlineData("1e999")]
    public void Serialize_NoCanonicalForm_Throws(string json)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Throws<JsonException>(() => CanonicalJson.Serialize(document.RootElement));
    }

    [Fact]
    public void Serialize_NegativeZero_IsZero() => Assert.Equal("0"u8, CanonicalJson.Serialize(-0.0));

    [Fact]
    public void Serialize_NaN_Throws() => Assert.Throws<ArgumentException>(() => CanonicalJson.Serialize(double.NaN));

    [Fact]
    public void Hash_State_IsTheSha256OfTheBytes() =>
        Assert.Equal(ContentHash.Of(Encoding.UTF8.GetBytes(Expected)), CanonicalJson.Hash(s_state));
}
