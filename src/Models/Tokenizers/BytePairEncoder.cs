using System.Text;
using PieceKind = ActorRlhf.Models.Tokenizers.SentencePieceModel.PieceKind;

namespace ActorRlhf.Models.Tokenizers;

/// <summary>SentencePiece's byte pair encoding: exactly the ids that SentencePiece gives.</summary>
/// <remarks>
/// Source: <c>bpe_model.cc</c> and <c>sentencepiece_processor.cc</c> of google/sentencepiece. A text begins as a chain of symbols:
/// user-defined pieces, of several the longest, which never merge, and single characters. Again and again the two neighbours merge whose
/// text together is the piece with the highest score, the left ones of equals. O(n log n). Differs where text would become a control piece:
/// that is refused. Immutable and thread-safe.
/// </remarks>
sealed class BytePairEncoder
{
    const int None = -1;

    readonly SentencePieceModel _model;
    readonly string _prefix;
    readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _ids;
    readonly Dictionary<char, string[]> _userDefined; // by their first character, the longest first
    readonly int[] _idOfByte = new int[256];
    readonly int _longest;

    /// <param name="model">The pieces.</param>
    /// <param name="addPrefix">Whether a space is put before every text that is not empty.</param>
    public BytePairEncoder(SentencePieceModel model, bool addPrefix)
    {
        (_model, _prefix) = (model, addPrefix ? SentencePieceModel.Space.ToString() : "");
        var ids = new Dictionary<string, int>(model.Pieces.Count, StringComparer.Ordinal);
        foreach (var (id, piece) in model.Pieces.Index())
        {
            ids.Add(piece.Text, id);
            _longest = Math.Max(_longest, piece.Text.Length);
            if (piece.Kind is PieceKind.Byte) _idOfByte[SentencePieceModel.ByteOf(piece.Text)] = id;
        }
        _ids = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        _userDefined = model.Pieces.Where(piece => piece.Kind is PieceKind.UserDefined).Select(piece => piece.Text)
            .GroupBy(text => text[0]).ToDictionary(texts => texts.Key, texts => texts.OrderByDescending(text => text.Length).ToArray());
    }

    /// <summary>The ids of a text.</summary>
    /// <exception cref="UntokenizableTextException">
    /// The text holds a lone surrogate, a character without a piece, or one that is a control piece.
    /// </exception>
    public int[] Encode(string text)
    {
        UntokenizableTextException.ThrowIfLoneSurrogate(text);
        if (text.Length == 0) return [];
        var chain = new Chain(this, text);
        chain.MergeAll();
        return chain.Ids();
    }

    /// <summary>A part of the text and its neighbours; of length 0 once it has merged into the one before it.</summary>
    record struct Symbol(int Start, int Length, int Previous, int Next, bool IsFrozen);

    /// <summary>Two neighbours that may merge, and their length together: another one, once one of them has merged otherwise.</summary>
    readonly record struct Candidate(int Left, int Right, int Length);

    /// <summary>The order of merges; the smallest is the first.</summary>
    readonly record struct Rank(float Score, int Left) : IComparable<Rank>
    {
        public int CompareTo(Rank other) => Score > other.Score ? -1 : Score < other.Score ? 1 : Left.CompareTo(other.Left);
    }

    /// <summary>One text while it is encoded.</summary>
    sealed class Chain
    {
        readonly BytePairEncoder _encoder;
        readonly string _original, _text;
        readonly Symbol[] _symbols;
        readonly PriorityQueue<Candidate, Rank> _candidates = new();
        readonly Dictionary<int, int> _leftPartOfUnused = [];

        public Chain(BytePairEncoder encoder, string text)
        {
            (_encoder, _original, _text) = (encoder, text, encoder._prefix + text.Replace(' ', SentencePieceModel.Space));
            var symbols = new List<Symbol>(_text.Length);
            for (int start = 0, end; start < _text.Length; start = end)
            {
                var userDefined = UserDefinedAt(start);
                end = start + (userDefined > 0 ? userDefined : char.IsSurrogate(_text[start]) ? 2 : 1);
                var next = end < _text.Length ? symbols.Count + 1 : None;
                symbols.Add(new Symbol(start, end - start, symbols.Count - 1, next, userDefined > 0));
            }
            _symbols = [.. symbols];
        }

        public void MergeAll()
        {
            for (var right = 1; right < _symbols.Length; right++) Consider(right - 1, right);
            while (_candidates.TryDequeue(out var candidate, out _))
            {
                ref var left = ref _symbols[candidate.Left];
                ref var right = ref _symbols[candidate.Right];
                if (left.Length == 0 || right.Length == 0 || left.Length + right.Length != candidate.Length) continue;
                (left.Length, left.Next, right.Length) = (candidate.Length, right.Next, 0);
                if (left.Next != None) _symbols[left.Next].Previous = candidate.Left;
                Consider(left.Previous, candidate.Left);
                Consider(candidate.Left, left.Next);
            }
        }

        public int[] Ids()
        {
            var ids = new List<int>(_symbols.Length);
            for (var index = 0; index != None; index = _symbols[index].Next) Append(ids, _symbols[index].Start, _symbols[index].Length);
            return [.. ids];
        }

        /// <summary>The length of the user-defined piece that begins here, or 0.</summary>
        int UserDefinedAt(int start)
        {
            if (!_encoder._userDefined.TryGetValue(_text[start], out var texts)) return 0;
            foreach (var text in texts)
                if (_text.AsSpan(start).StartsWith(text)) return text.Length;
            return 0;
        }

        void Consider(int left, int right)
        {
            if (left == None || right == None || _symbols[left].IsFrozen || _symbols[right].IsFrozen) return;
            var length = _symbols[left].Length + _symbols[right].Length;
            if (length > _encoder._longest || !_encoder._ids.TryGetValue(_text.AsSpan(_symbols[left].Start, length), out var id)) return;
            var (_, score, kind) = _encoder._model.Pieces[id];
            if (kind is PieceKind.Control or PieceKind.Unknown or PieceKind.Byte) return; // nothing merges into these
            _candidates.Enqueue(new Candidate(left, right, length), new Rank(score, left));
            // One length for a whole text: what is inside a piece always merges in one order.
            if (kind is PieceKind.Unused) _leftPartOfUnused[id] = _symbols[left].Length;
        }

        void Append(List<int> ids, int start, int length)
        {
            var symbol = _text.AsSpan(start, length);
            var kind = _encoder._ids.TryGetValue(symbol, out var id) ? _encoder._model.Pieces[id].Kind : PieceKind.Unknown;
            if (kind is PieceKind.Unused && _leftPartOfUnused.TryGetValue(id, out var left)) // taken apart again
            {
                Append(ids, start, left);
                Append(ids, start + left, length - left);
            }
            else if (kind is PieceKind.Unknown && _encoder._model.ByteFallback)
            {
                Span<byte> utf8 = stackalloc byte[4]; // what has no piece is a single character
                foreach (var one in utf8[..Encoding.UTF8.GetBytes(symbol, utf8)]) ids.Add(_encoder._idOfByte[one]);
            }
            else if (kind is PieceKind.Unknown or PieceKind.Control) throw Untokenizable(start - _encoder._prefix.Length, length, kind);
            else ids.Add(id);
        }

        UntokenizableTextException Untokenizable(int position, int length, PieceKind kind)
        {
            var fragment = position < 0 ? _encoder._prefix : _original.Substring(position, length);
            var (what, nextStep) = kind is PieceKind.Control
                ? ("which the tokenizer keeps for itself as a control piece", "Leave it out: text never becomes a control piece.")
                : ("which the tokenizer has no piece for", "Leave it out of the text, or use a model whose tokenizer has byte pieces.");
            return new UntokenizableTextException(fragment, Math.Max(0, position), $"'{fragment}', {what},", nextStep);
        }
    }
}
