using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Models.Engines.Simd;

/// <summary>The parts of causal attention of a query over positions of its sequence, and their derivatives.</summary>
/// <remarks>
/// Each part is done for all heads, or for some queries of one head, before the next: their chains of dependent operations
/// then overlap in the processor.
/// </remarks>
static unsafe class Attention
{
    /// <summary>scores = query · keysᵀ · scale; −∞ beyond the count.</summary>
    /// <param name="query">(D), rotated; D is even.</param>
    /// <param name="keys">Blocks of 16 positions, each (D, 16).</param>
    /// <param name="count">Positions that the query sees, its own included.</param>
    /// <param name="headSize">D.</param>
    /// <param name="scale">1 / √D.</param>
    /// <param name="scores">(count rounded up to 16).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Score(float* query, float* keys, int count, int headSize, float scale, float* scores)
    {
        for (var position = 0; position < count; position += Lanes.Count, keys += Lanes.Count * (long)headSize)
        {
            var product = Product(query, keys, headSize);
            var seen = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count - position)).AsSingle();
            Vector512.ConditionalSelect(seen, product * scale, Vector512.Create(float.NegativeInfinity)).Store(scores + position);
        }
    }

    /// <summary>Turns scores into e^(score − largest), in place, which sum to 1 when they are multiplied by the row's share.</summary>
    /// <param name="scores">(rows, stride), −∞ beyond a row's count up to a whole vector.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="count">Positions of the first row, at least 1.</param>
    /// <param name="more">How many more each row has than the one before.</param>
    /// <param name="shares">(rows).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Softmax(float* scores, int stride, int rows, int count, int more, float* shares)
    {
        // One step of all rows, then the next: within a row each waits for the one before.
        for (var row = 0; row < rows; row++)
        {
            var at = scores + (long)row * stride;
            var end = count + row * more;
            var largest = Vector512.Load(at);
            for (var position = Lanes.Count; position < end; position += Lanes.Count)
                largest = Vector512.MaxNative(largest, Vector512.Load(at + position));
            shares[row] = Lanes.Max(largest);
        }
        for (var row = 0; row < rows; row++)
        {
            var at = scores + (long)row * stride;
            var end = count + row * more;
            var (shift, sums) = (Vector512.Create(shares[row]), Vector512<float>.Zero);
            for (var position = 0; position < end; position += Lanes.Count)
            {
                var weight = Exponential.Of(Vector512.Load(at + position) - shift);
                weight.Store(at + position);
                sums += weight;
            }
            shares[row] = 1 / Lanes.Sum(sums);
        }
    }

    /// <summary>The derivative by the weights: products = values · ∂output.</summary>
    /// <param name="dOutput">(D); D is even.</param>
    /// <param name="values">Blocks of 16 positions, each (D, 16).</param>
    /// <param name="count">Positions.</param>
    /// <param name="headSize">D.</param>
    /// <param name="products">(count rounded up to 16).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void ByWeights(float* dOutput, float* values, int count, int headSize, float* products)
    {
        for (var position = 0; position < count; position += Lanes.Count, values += Lanes.Count * (long)headSize)
        {
            Product(dOutput, values, headSize).Store(products + position);
        }
    }

    /// <summary>The derivative by the unscaled scores, in place: ∂ = scale · w · (∂w − Σ w · ∂w).</summary>
    /// <param name="weights">(count rounded up to 16), 0 beyond the count; the products with the share, w, come into their place.</param>
    /// <param name="share">Of the row.</param>
    /// <param name="products">∂w, (count rounded up to 16).</param>
    /// <param name="count">Positions.</param>
    /// <param name="scale">1 / √D.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void ByScores(float* weights, float share, float* products, int count, float scale)
    {
        var sums = Vector512<float>.Zero;
        for (var position = 0; position < count; position += Lanes.Count)
        {
            var weight = Vector512.Load(weights + position) * share;
            weight.Store(weights + position);
            sums = Vector512.FusedMultiplyAdd(weight, Vector512.Load(products + position), sums);
        }
        var mean = Vector512.Create(Lanes.Sum(sums));
        for (var position = 0; position < count; position += Lanes.Count)
            (Vector512.Load(weights + position) * (Vector512.Load(products + position) - mean) * scale).Store(products + position);
    }

    /// <summary>target[position] += Σ over eight queries, in their order, of factor[query][position] · vector[query].</summary>
    /// <param name="factors">(8, stride).</param>
    /// <param name="stride">Floats from one query's factors to the next.</param>
    /// <param name="vectors">(8, width).</param>
    /// <param name="count">Positions.</param>
    /// <param name="width">D rounded up to 16.</param>
    /// <param name="target">(count, width).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Spread(float* factors, int stride, float* vectors, int count, int width, float* target)
    {
        for (var i = 0; i < width; i += Lanes.Count)
        {
            var v = vectors + i;
            Vector512<float> v0 = Vector512.Load(v), v1 = Vector512.Load(v + width), v2 = Vector512.Load(v + 2 * width);
            Vector512<float> v3 = Vector512.Load(v + 3 * width), v4 = Vector512.Load(v + 4 * width), v5 = Vector512.Load(v + 5 * width);
            Vector512<float> v6 = Vector512.Load(v + 6 * width), v7 = Vector512.Load(v + 7 * width);
            float* f = factors, t = target + i;
            for (var position = 0; position < count; position++, f++, t += width)
            {
                var sum = Vector512.FusedMultiplyAdd(Vector512.Create(f[0]), v0, Vector512.Load(t));
                sum = Vector512.FusedMultiplyAdd(Vector512.Create(f[stride]), v1, sum);
                sum = Vector512.FusedMultiplyAdd(Vector512.Create(f[2 * stride]), v2, sum);
                sum = Vector512.FusedMultiplyAdd(Vector512.Create(f[3 * stride]), v3, sum);
                sum = Vector512.FusedMultiplyAdd(Vector512.Create(f[4 * stride]), v4, sum);
                sum = Vector512.FusedMultiplyAdd(Vector512.Create(f[5 * stride]), v5, sum);
                sum = Vector512.FusedMultiplyAdd(Vector512.Create(f[6 * stride]), v6, sum);
                Vector512.FusedMultiplyAdd(Vector512.Create(f[7 * stride]), v7, sum).Store(t);
            }
        }
    }

    /// <summary>output = share · weights · values.</summary>
    /// <param name="weights">(count).</param>
    /// <param name="share">Multiplies the sum.</param>
    /// <param name="values">(count, D rounded up to 16).</param>
    /// <param name="row">Floats from one position to the next.</param>
    /// <param name="count">Number of positions.</param>
    /// <param name="width">D rounded up to 16.</param>
    /// <param name="output">(width).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Combine(float* weights, float share, float* values, long row, int count, int width, float* output)
    {
        for (var i = 0; i < width; i += Lanes.Count)
        {
            Vector512<float> a = Vector512<float>.Zero, b = a, c = a, d = a;
            var value = values + i;
            var position = 0;
            for (; position <= count - 4; position += 4, value += 4 * row)
            {
                a = Vector512.FusedMultiplyAdd(Vector512.Create(weights[position]), Vector512.Load(value), a);
                b = Vector512.FusedMultiplyAdd(Vector512.Create(weights[position + 1]), Vector512.Load(value + row), b);
                c = Vector512.FusedMultiplyAdd(Vector512.Create(weights[position + 2]), Vector512.Load(value + 2 * row), c);
                d = Vector512.FusedMultiplyAdd(Vector512.Create(weights[position + 3]), Vector512.Load(value + 3 * row), d);
            }
            for (; position < count; position++, value += row)
                a = Vector512.FusedMultiplyAdd(Vector512.Create(weights[position]), Vector512.Load(value), a);
            ((a + b + (c + d)) * share).Store(output + i);
        }
    }

    /// <summary>A head's vector times sixteen positions of a block (D, 16): the even elements' sum and the odd ones'.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Product(float* vector, float* block, int headSize)
    {
        Vector512<float> even = Vector512<float>.Zero, odd = even;
        for (var end = vector + headSize; vector < end; vector += 2, block += 2 * Lanes.Count)
        {
            even = Vector512.FusedMultiplyAdd(Vector512.Create(vector[0]), Vector512.Load(block), even);
            odd = Vector512.FusedMultiplyAdd(Vector512.Create(vector[1]), Vector512.Load(block + Lanes.Count), odd);
        }
        return even + odd;
    }
}
