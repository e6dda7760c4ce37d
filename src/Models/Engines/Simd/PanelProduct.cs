using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>What a product does with what is in its place.</summary>
enum Into
{
    /// <summary>y = Σ.</summary>
    Replace,
    /// <summary>y = Σ + y, one addition at the end.</summary>
    Add,
    /// <summary>The chain of fused multiply-adds begins at y, as if it had never been interrupted.</summary>
    Continue,
}

/// <summary>The product of any rows with a panel of columns, the one loop under every linear layer and its derivatives.</summary>
static unsafe class PanelProduct
{
    /// <summary>Columns of a panel: two registers. It changes no bit of a result.</summary>
    public static int Columns => Vector512.IsHardwareAccelerated ? WideKernel.Columns : NarrowKernel.Columns;

    /// <summary>
    /// Rows come in this unit: up to the next multiple x is read, and y, where it is not replaced; and y is written with numbers that
    /// mean nothing.
    /// </summary>
    public const int RowUnit = 8;

    /// <summary>y(r, c) = Σₖ x(r, k) · panel(k, c), one chain in the order of k.</summary>
    /// <param name="x">First row.</param>
    /// <param name="xRow">Floats from x(r, k) to x(r + 1, k).</param>
    /// <param name="xStep">Floats from x(r, k) to x(r, k + 1).</param>
    /// <param name="panel">(depth, <see cref="Columns"/>).</param>
    /// <param name="depth">Length of the inner products.</param>
    /// <param name="y">First row of the result.</param>
    /// <param name="yRow">Floats from one row of y to the next.</param>
    /// <param name="rows">Number of rows; see <see cref="RowUnit"/>.</param>
    /// <param name="into">What becomes of y.</param>
    public static void Multiply(
        float* x, int xRow, int xStep, float* panel, int depth, float* y, int yRow, int rows, Into into)
    {
        if (Vector512.IsHardwareAccelerated) WideKernel.Multiply(x, xRow, xStep, panel, depth, y, yRow, rows, into);
        else NarrowKernel.Multiply(x, xRow, xStep, panel, depth, y, yRow, rows, into);
    }

    /// <summary>Copies rows of columns that lie somewhere in a matrix.</summary>
    /// <param name="source">First row.</param>
    /// <param name="sourceRow">Floats from one row to the next.</param>
    /// <param name="target">First row of the copy.</param>
    /// <param name="targetRow">Floats from one row to the next.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">Columns; what lies behind them in the copy stays.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Copy(float* source, int sourceRow, float* target, int targetRow, int rows, int width)
    {
        for (var row = 0; row < rows; row++, source += sourceRow, target += targetRow)
        {
            var i = 0;
            for (; i <= width - Vector256<float>.Count; i += Vector256<float>.Count) Vector256.Load(source + i).Store(target + i);
            for (; i < width; i++) target[i] = source[i];
        }
    }
}
