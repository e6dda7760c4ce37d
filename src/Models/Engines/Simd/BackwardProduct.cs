using ActorRlhf.Models.Llama;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>The way back through linear layers, ∂x = ∂y · W, with the weights as the optimiser keeps them.</summary>
/// <remarks>
/// A panel of columns is copied together before it is used for all rows, which costs a few hundredths of the product; a second
/// packed copy of all weights would cost their memory, and time after every update. One thread at a time.
/// </remarks>
sealed unsafe class BackwardProduct : IDisposable
{
    readonly NativeBuffer _panel;

    public BackwardProduct(LlamaConfig config, TrunkShape shape)
    {
        var deepest = Math.Max(Math.Max(shape.Projected, config.IntermediateSize), shape.Output);
        _panel = new NativeBuffer((long)deepest * PanelProduct.Columns);
    }

    /// <summary>∂x = ∂y · W.</summary>
    /// <param name="dy">(rows, outputs).</param>
    /// <param name="dyStride">Floats from one row of ∂y to the next.</param>
    /// <param name="weight">Row-major (outputs, inputs).</param>
    /// <param name="outputs">Width of ∂y.</param>
    /// <param name="inputs">Width of ∂x.</param>
    /// <param name="dx">(rows, inputs in whole panels).</param>
    /// <param name="dxStride">Floats from one row of ∂x to the next.</param>
    /// <param name="rows">Number of rows; see <see cref="PanelProduct.RowUnit"/>.</param>
    /// <param name="into">What becomes of ∂x; it goes on where two layers have one input.</param>
    public void Multiply(float* dy, int dyStride, float* weight, int outputs, int inputs, float* dx, int dxStride, int rows,
        Into into = Into.Replace)
    {
        for (var input = 0; input < inputs; input += PanelProduct.Columns)
        {
            var width = Math.Min(PanelProduct.Columns, inputs - input);
            // What another matrix, or another model, left there may be NaN.
            if (width < PanelProduct.Columns) new Span<float>(_panel.Pointer, outputs * PanelProduct.Columns).Clear();
            PanelProduct.Copy(weight + input, inputs, _panel.Pointer, PanelProduct.Columns, outputs, width);
            PanelProduct.Multiply(dy, dyStride, 1, _panel.Pointer, outputs, dx + input, dxStride, rows, into);
        }
    }

    public void Dispose() => _panel.Dispose();
}
