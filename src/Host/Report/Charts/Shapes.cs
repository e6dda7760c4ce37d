namespace ActorRlhf.Host.Report.Charts;

/// <summary>The shape of a series' points: whoever tells no colours apart tells these.</summary>
static class Shapes
{
    static readonly (double X, double Y)[][] s_shapes =
    [
        Polygon(4, 45),                                                                     // square
        Polygon(12, 0),                                                                     // circle
        Polygon(3, -90),                                                                    // triangle
        Polygon(4, 0),                                                                      // diamond
        Polygon(3, 90),                                                                     // triangle, upside down
        Cross(0),
        Cross(45),
        Polygon(5, -90),                                                                    // pentagon
    ];

    /// <summary>Number of inks; the next one is again the first.</summary>
    public static int Count => s_shapes.Length;

    /// <summary>The outline of an ink's shape about a place.</summary>
    public static IReadOnlyList<(double X, double Y)> At(int ink, double x, double y, double radius) =>
        [.. s_shapes[ink % Count].Select(one => (x + radius * one.X, y + radius * one.Y))];

    static (double X, double Y)[] Polygon(int corners, double degrees) =>
        [.. Enumerable.Range(0, corners).Select(i => Turned(1.1, 0, degrees + 360.0 * i / corners))];

    static (double X, double Y)[] Cross(double degrees)
    {
        const double a = .35, b = 1.15;
        (double X, double Y)[] corners = [(a, -b), (a, -a), (b, -a), (b, a), (a, a), (a, b), (-a, b), (-a, a), (-b, a), (-b, -a), (-a, -a),
            (-a, -b)];
        return [.. corners.Select(one => Turned(one.X, one.Y, degrees))];
    }

    static (double X, double Y) Turned(double x, double y, double degrees)
    {
        var (sin, cos) = Math.SinCos(degrees * Math.PI / 180);
        return (x * cos - y * sin, x * sin + y * cos);
    }
}
