using ActorRlhf.Models.Llama;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>The way back through linear layers, ∂x = ∂y · W, with the weights as the optimiser keeps them.</summary>
/// <remarks>
/// A panel of 32 columns is copied together before it is used for all rows, which costs a few hundredths of the product; a second
/// packed copy of all weights would cost their memory, and time after every update. One thread at a time.
/// </remarks>
sealed unsafe class BackwardProduct : IDisposable
{
    readonly NativeBuffer _panel;

    public BackwardProduct(LlamaConfig config, TrunkShape shape)
    {
        var deepest = Math.Max(Math.Max(shape.Projected, 2 * shape.Intermediate), shape.Output);
        _panel = new NativeBuffer((long)Math.Max(deepest, config.HiddenSize) * PackedMatrix.PanelWidth);
    }

    /// <summary>∂x = ∂y · W.</summary>
    /// <param name="dy">(rows, outputs).</param>
    /// <param name="dyStride">Floats from one row of ∂y to the next.</param>
    /// <param name="weight">Row-major (outputs, inputs).</param>
    /// <param name="outputs">Width of ∂y.</param>
    /// <param name="inputs">Width of ∂x.</param>
    /// <param name="dx">(rows, inputs in whole panels).</param>
    /// <param name="dxStride">Floats from one row of ∂x to the next.</param>
    /// <param name="rows">Number of rows, as for <see cref="PackedMatrix.Multiply"/>.</param>
    public void Multiply(float* dy, int dyStride, float* weight, int outputs, int inputs, float* dx, int dxStride, int rows)
    {
        for (var input = 0; input < inputs; input += PackedMatrix.PanelWidth)
        {
            Copy(weight + input, outputs, inputs, input, 0);
            PackedMatrix.MultiplyPanel(dy, dyStride, _panel.Pointer, outputs, dx + input, dxStride, rows, add: false);
        }
    }

    /// <summary>The same for two layers over one input, whose outputs lie side by side.</summary>
    /// <param name="dy">(rows, second + outputs), 0 between the first's outputs and the second's.</param>
    /// <param name="dyStride">Floats from one row of ∂y to the next.</param>
    /// <param name="one">Weight of the first, row-major (outputs, inputs).</param>
    /// <param name="other">Weight of the second, likewise.</param>
    /// <param name="second">Where the second's outputs begin.</param>
    /// <param name="outputs">Of each.</param>
    /// <param name="inputs">Width of ∂x.</param>
    /// <param name="dx">(rows, inputs in whole panels).</param>
    /// <param name="dxStride">Floats from one row of ∂x to the next.</param>
    /// <param name="rows">Number of rows, as for <see cref="PackedMatrix.Multiply"/>.</param>
    public void Multiply(
        float* dy, int dyStride, float* one, float* other, int second, int outputs, int inputs, float* dx, int dxStride, int rows)
    {
        for (var input = 0; input < inputs; input += PackedMatrix.PanelWidth)
        {
            Copy(one + input, outputs, inputs, input, 0);
            new Span<float>(_panel.Pointer + outputs * PackedMatrix.PanelWidth, (second - outputs) * PackedMatrix.PanelWidth).Clear();
            Copy(other + input, outputs, inputs, input, second);
            PackedMatrix.MultiplyPanel(dy, dyStride, _panel.Pointer, second + outputs, dx + input, dxStride, rows, add: false);
        }
    }

    public void Dispose() => _panel.Dispose();

    /// <summary>Copies columns into rows of the panel, and zeros where there are no more columns.</summary>
    void Copy(float* columns, int outputs, int inputs, int input, int first)
    {
        var width = Math.Min(PackedMatrix.PanelWidth, inputs - input);
        var target = _panel.Pointer + first * PackedMatrix.PanelWidth;
        if (width < PackedMatrix.PanelWidth) new Span<float>(target, outputs * PackedMatrix.PanelWidth).Clear();
        for (var output = 0; output < outputs; output++, columns += inputs, target += PackedMatrix.PanelWidth)
            new Span<float>(columns, width).CopyTo(new Span<float>(target, PackedMatrix.PanelWidth));
    }
}
