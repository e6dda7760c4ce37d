using System.Text.Json;
using ActorRlhf.Actors.Log.Events;

namespace ActorRlhf.Host.Tests.Reading;

public sealed class EventJsonTests
{
    [Fact]
    public void Format_NumberThatIsNotFinite_IsNullWhereverItStands()
    {
        var json = JsonSerializer.Serialize(new
        {
            One = double.NaN,
            Maybe = (double?)double.NegativeInfinity,
            Column = new DoubleColumn([1.5, double.NaN]),
            Metrics = new Dictionary<string, double> { ["a/b"] = double.PositiveInfinity },
        }, EventJson.Format);
        Assert.Equal("""{"one":null,"maybe":null,"column":[1.5,null],"metrics":{"a/b":null}}""", json);
    }

    [Fact]
    public void Format_ControlCharacters_AreEscaped() =>
        Assert.DoesNotContain(JsonSerializer.Serialize("\u001B[31m\u009B\u0000\u007F", EventJson.Format), c => char.IsControl(c));
}
