using System.Runtime.Intrinsics;
using ActorRlhf.Evaluation.Numerics;
using ActorRlhf.Models.Llama;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>Cosines and sines of the rotary position embedding, (positions, D / 2) each.</summary>
/// <remarks>
/// Su et al. 2021 (arXiv 2104.09864) in the convention of Hugging Face: element i turns with element i + D / 2, by the angle
/// position · theta^(−2i / D). Angles are computed in float64, so that late positions lose nothing.
/// </remarks>
sealed unsafe class RotaryTable : IDisposable
{
    readonly NativeBuffer _cosines, _sines, _negativeSines;
    readonly int _half;

    public RotaryTable(LlamaConfig config)
    {
        _half = config.HeadSize / 2;
        _cosines = new NativeBuffer((long)config.MaxPositions * _half);
        _sines = new NativeBuffer((long)config.MaxPositions * _half);
        _negativeSines = new NativeBuffer((long)config.MaxPositions * _half);
        for (var i = 0; i < _half; i++)
        {
            var frequency = PortableMath.Exp(-2.0 * i / config.HeadSize * PortableMath.Log(config.RopeTheta));
            for (var position = 0; position < config.MaxPositions; position++)
            {
                var (sine, cosine) = PortableMath.SinCos(position * frequency);
                _cosines.Pointer[(long)position * _half + i] = (float)cosine;
                _sines.Pointer[(long)position * _half + i] = (float)sine;
                _negativeSines.Pointer[(long)position * _half + i] = (float)-sine;
            }
        }
    }

    /// <summary>Turns a token's queries or keys in place.</summary>
    /// <param name="heads">(count, D).</param>
    /// <param name="count">Number of heads.</param>
    /// <param name="position">Position, from 0.</param>
    public void Rotate(float* heads, int count, int position) => Turn(heads, count, position, _sines.Pointer);

    /// <summary>Turns the derivatives by turned queries or keys back, in place.</summary>
    /// <param name="heads">(count, D).</param>
    /// <param name="count">Number of heads.</param>
    /// <param name="position">Position, from 0.</param>
    public void RotateBack(float* heads, int count, int position) => Turn(heads, count, position, _negativeSines.Pointer);

    void Turn(float* heads, int count, int position, float* sines)
    {
        float* cosine = _cosines.Pointer + (long)position * _half, sine = sines + (long)position * _half;
        for (var head = 0; head < count; head++, heads += 2 * _half)
        {
            float* first = heads, second = heads + _half;
            var i = 0;
            for (; i <= _half - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                var (a, b) = (Vector256.Load(first + i), Vector256.Load(second + i));
                var (c, s) = (Vector256.Load(cosine + i), Vector256.Load(sine + i));
                (a * c - b * s).Store(first + i);
                (b * c + a * s).Store(second + i);
            }
            for (; i < _half; i++)
            {
                var (a, b, c, s) = (first[i], second[i], cosine[i], sine[i]);
                first[i] = a * c - b * s;
                second[i] = b * c + a * s;
            }
        }
    }

    public void Dispose()
    {
        _cosines.Dispose();
        _sines.Dispose();
        _negativeSines.Dispose();
    }
}
