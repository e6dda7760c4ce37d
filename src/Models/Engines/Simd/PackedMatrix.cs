namespace ActorRlhf.Models.Engines.Simd;

/// <summary>The weights of one or more linear layers over the same input, side by side, packed for <see cref="Multiply"/>.</summary>
/// <remarks>
/// Layout: panels of <see cref="PanelProduct.Columns"/> outputs; a panel is (inputs, columns), so that the kernels read it from front to
/// back. Outputs beyond the last are zero columns. Read by many threads at once, written by <see cref="Pack"/> alone.
/// </remarks>
sealed unsafe class PackedMatrix : IDisposable
{
    readonly NativeBuffer _panels;
    readonly int _inputs, _panelCount;

    /// <summary>Zero weights.</summary>
    public PackedMatrix(int outputs, int inputs)
    {
        _inputs = inputs;
        _panelCount = (outputs + PanelProduct.Columns - 1) / PanelProduct.Columns;
        _panels = new NativeBuffer((long)_panelCount * PanelProduct.Columns * inputs);
    }

    /// <summary>Outputs, zero columns included: the least row stride of a result.</summary>
    public int Stride => _panelCount * PanelProduct.Columns;

    /// <summary>Copies a linear layer's weight in.</summary>
    /// <param name="firstOutput">Where its first output goes.</param>
    /// <param name="weight">Row-major (out, inputs).</param>
    public void Pack(int firstOutput, ReadOnlySpan<float> weight)
    {
        var columns = PanelProduct.Columns;
        for (var row = 0; row < weight.Length / _inputs; row++)
        {
            var output = firstOutput + row;
            var column = _panels.Pointer + (long)(output / columns) * columns * _inputs + output % columns;
            foreach (var element in weight.Slice(row * _inputs, _inputs))
            {
                *column = element;
                column += columns;
            }
        }
    }

    /// <summary>y = x · Wᵀ, or y += x · Wᵀ.</summary>
    /// <param name="x">(rows, inputs).</param>
    /// <param name="xStride">Floats from one row of x to the next.</param>
    /// <param name="y">(rows, <see cref="Stride"/>).</param>
    /// <param name="yStride">Floats from one row of y to the next.</param>
    /// <param name="rows">Number of rows; see <see cref="PanelProduct.RowUnit"/>.</param>
    /// <param name="into">What becomes of y.</param>
    public void Multiply(float* x, int xStride, float* y, int yStride, int rows, Into into = Into.Replace)
    {
        var panel = _panels.Pointer;
        for (var p = 0; p < _panelCount; p++, panel += (long)PanelProduct.Columns * _inputs, y += PanelProduct.Columns)
            PanelProduct.Multiply(x, xStride, 1, panel, _inputs, y, yStride, rows, into);
    }

    public void Dispose() => _panels.Dispose();
}
