using System.Runtime.Intrinsics;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>The weights of one or more linear layers over the same input, side by side, packed for <see cref="Multiply"/>.</summary>
/// <remarks>
/// Layout: panels of 32 outputs; a panel is (inputs, 32), so that the kernels read it from front to back.
/// Outputs beyond the last are zero columns. Read by many threads at once, written by <see cref="Pack"/> alone.
/// </remarks>
sealed unsafe class PackedMatrix : IDisposable
{
    /// <summary>Outputs of a panel: two 512-bit registers.</summary>
    public const int PanelWidth = 32;

    /// <summary>Rows that <see cref="Multiply"/> may touch beyond the last: buffers hold a multiple of this.</summary>
    public const int RowUnit = WideKernel.Rows;

    readonly NativeBuffer _panels;
    readonly int _inputs, _panelCount;

    /// <summary>Zero weights.</summary>
    public PackedMatrix(int outputs, int inputs)
    {
        _inputs = inputs;
        _panelCount = (outputs + PanelWidth - 1) / PanelWidth;
        _panels = new NativeBuffer((long)_panelCount * PanelWidth * inputs);
    }

    /// <summary>Outputs, zero columns included: the least row stride of a result.</summary>
    public int Stride => _panelCount * PanelWidth;

    /// <summary>Copies a linear layer's weight in.</summary>
    /// <param name="firstOutput">Where its first output goes.</param>
    /// <param name="weight">Row-major (out, inputs).</param>
    public void Pack(int firstOutput, ReadOnlySpan<float> weight)
    {
        for (var row = 0; row < weight.Length / _inputs; row++)
        {
            var output = firstOutput + row;
            var column = _panels.Pointer + (long)(output / PanelWidth) * PanelWidth * _inputs + output % PanelWidth;
            foreach (var element in weight.Slice(row * _inputs, _inputs))
            {
                *column = element;
                column += PanelWidth;
            }
        }
    }

    /// <summary>y = x · Wᵀ, or y += x · Wᵀ.</summary>
    /// <param name="x">(rows, inputs).</param>
    /// <param name="xStride">Floats from one row of x to the next.</param>
    /// <param name="y">(rows, <see cref="Stride"/>).</param>
    /// <param name="yStride">Floats from one row of y to the next.</param>
    /// <param name="rows">
    /// Number of rows; up to the next multiple of <see cref="RowUnit"/> y is written with numbers that mean nothing.
    /// </param>
    /// <param name="add">Adds to y instead of replacing it.</param>
    public void Multiply(float* x, int xStride, float* y, int yStride, int rows, bool add = false)
    {
        var panel = _panels.Pointer;
        for (var p = 0; p < _panelCount; p++, panel += (long)PanelWidth * _inputs, y += PanelWidth)
            MultiplyPanel(x, xStride, panel, _inputs, y, yStride, rows, add);
    }

    /// <summary>The same for one panel.</summary>
    /// <param name="x">(rows, depth).</param>
    /// <param name="xStride">Floats from one row of x to the next.</param>
    /// <param name="panel">(depth, 32).</param>
    /// <param name="depth">Length of the inner products.</param>
    /// <param name="y">(rows, 32).</param>
    /// <param name="yStride">Floats from one row of y to the next.</param>
    /// <param name="rows">Number of rows, as for <see cref="Multiply"/>.</param>
    /// <param name="add">Adds to y instead of replacing it.</param>
    public static void MultiplyPanel(float* x, int xStride, float* panel, int depth, float* y, int yStride, int rows, bool add)
    {
        if (!Vector512.IsHardwareAccelerated)
        {
            NarrowKernel.FourRows(x, xStride, panel, depth, y, yStride, (rows + NarrowKernel.Rows - 1) / NarrowKernel.Rows, add);
            return;
        }
        var tiles = (rows + WideKernel.Rows / 2 - 1) / WideKernel.Rows; // a rest of at most four rows is left to the small tile
        WideKernel.EightRows(x, xStride, panel, depth, y, yStride, tiles, add);
        var done = (long)tiles * WideKernel.Rows;
        if (done < rows) WideKernel.FourRows(x + done * xStride, xStride, panel, depth, y + done * yStride, yStride, add);
    }

    public void Dispose() => _panels.Dispose();
}
