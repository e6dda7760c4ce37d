using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Randomness;

namespace ActorRlhf.Models.Tests.Engines;

/// <summary>
/// Both kernels, whichever the processor would use (the library computes wide vectors in parts where it must): every element is the
/// same chain of fused multiply-adds as in a plain loop, bit for bit.
/// </summary>
public sealed unsafe class PanelProductTests
{
    delegate void Kernel(float* x, int xRow, int xStep, float* panel, int depth, float* y, int yRow, int rows, Into into);

    public static TheoryData<bool, string> Kernels
    {
        get
        {
            var all = new TheoryData<bool, string>();
            foreach (var wide in (bool[])[true, false])
                foreach (var into in Enum.GetNames<Into>()) all.Add(wide, into);
            return all;
        }
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Multiply_AnyRowsDepthAndStrides_IsThePlainLoop(bool wide, string name)
    {
        var into = Enum.Parse<Into>(name);
        var (kernel, columns) = wide
            ? ((Kernel)WideKernel.Multiply, WideKernel.Columns) : (NarrowKernel.Multiply, NarrowKernel.Columns);
        for (var rows = 1; rows <= 17; rows++)
            foreach (var depth in (int[])[1, 2, 7, 40])
                foreach (var transposed in (bool[])[false, true])
                {
                    // As in a product a row is depth floats apart from the next; as in a gradient the rows lie side by side.
                    var padded = (rows + PanelProduct.RowUnit - 1) / PanelProduct.RowUnit * PanelProduct.RowUnit;
                    var (row, step) = transposed ? (1, padded) : (depth, 1);
                    float[] x = Numbers(padded * depth, 1), panel = Numbers(depth * columns, 2), y = Numbers(padded * columns, 3);
                    var expected = Expected(x, row, step, panel, depth, y, rows, columns, into);

                    fixed (float* xs = x, ps = panel, ys = y) kernel(xs, row, step, ps, depth, ys, columns, rows, into);

                    Assert.Equal(expected, y[..(rows * columns)]);
                }
    }

    static float[] Expected(float[] x, int row, int step, float[] panel, int depth, float[] y, int rows, int columns, Into into)
    {
        var expected = new float[rows * columns];
        for (var r = 0; r < rows; r++)
            for (var c = 0; c < columns; c++)
            {
                var before = y[r * columns + c];
                var sum = into is Into.Continue ? before : 0;
                for (var k = 0; k < depth; k++) sum = MathF.FusedMultiplyAdd(x[r * row + k * step], panel[k * columns + c], sum);
                expected[r * columns + c] = into is Into.Add ? sum + before : sum;
            }
        return expected;
    }

    static float[] Numbers(int length, uint sample)
    {
        var random = Purpose.RolloutPrompts.Draws(5, 0, sample);
        return [.. Enumerable.Range(0, length).Select(_ => (float)random.Normal())];
    }
}
