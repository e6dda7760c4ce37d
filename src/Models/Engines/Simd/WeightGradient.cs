namespace ActorRlhf.Models.Engines.Simd;

/// <summary>The gradient of a linear layer's weight, ∂W += ∂yᵀ · x, for y = x · Wᵀ.</summary>
/// <remarks>
/// Every element is one chain of fused multiply-adds over the rows in their order, which goes on from call to call: it does not matter
/// into how many calls the rows are cut. One thread at a time.
/// </remarks>
sealed unsafe class WeightGradient : IDisposable
{
    const int Rows = 128;                             // together: a panel of them leaves room in the first-level cache

    readonly NativeBuffer _memory = new((Rows + PanelProduct.RowUnit) * (long)PanelProduct.Columns);

    /// <summary>Adds the gradient of some rows.</summary>
    /// <param name="dy">(rows, outputs); up to 7 floats behind a row's end are read.</param>
    /// <param name="dyStride">Floats from one row of ∂y to the next.</param>
    /// <param name="x">(rows, inputs).</param>
    /// <param name="xStride">Floats from one row of x to the next.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="dWeight">Row-major (outputs, inputs).</param>
    /// <param name="outputs">Width of y.</param>
    /// <param name="inputs">Width of x.</param>
    public void Add(float* dy, int dyStride, float* x, int xStride, int rows, float* dWeight, int outputs, int inputs)
    {
        for (var done = 0; done < rows; done += Rows, dy += Rows * (long)dyStride, x += Rows * (long)xStride)
            for (var input = 0; input < inputs; input += PanelProduct.Columns)
                AddPanel(dy, dyStride, x + input, xStride, Math.Min(Rows, rows - done), dWeight + input, outputs, inputs,
                    Math.Min(PanelProduct.Columns, inputs - input));
    }

    public void Dispose() => _memory.Dispose();

    /// <summary>The same for the first <paramref name="width"/> inputs of at most <see cref="Rows"/> rows.</summary>
    void AddPanel(
        float* dy, int dyStride, float* x, int xStride, int rows, float* dWeight, int outputs, int inputs, int width)
    {
        float* panel = _memory.Pointer, edge = panel + Rows * PanelProduct.Columns;
        // Rows far apart would push each other out of the cache, and are read again for every few outputs.
        PanelProduct.Copy(x, xStride, panel, PanelProduct.Columns, rows, width);
        var whole = width == PanelProduct.Columns ? outputs / PanelProduct.RowUnit * PanelProduct.RowUnit : 0;
        PanelProduct.Multiply(dy, 1, dyStride, panel, rows, dWeight, inputs, whole, Into.Continue);
        for (var output = whole; output < outputs; output += PanelProduct.RowUnit)
        {
            var target = dWeight + (long)output * inputs;
            var height = Math.Min(PanelProduct.RowUnit, outputs - output);
            PanelProduct.Copy(target, inputs, edge, PanelProduct.Columns, height, width);
            PanelProduct.Multiply(dy + output, 1, dyStride, panel, rows, edge, PanelProduct.Columns, height, Into.Continue);
            PanelProduct.Copy(edge, PanelProduct.Columns, target, inputs, height, width);
        }
    }
}
