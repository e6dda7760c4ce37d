using System.Globalization;

namespace ActorRlhf.Host.Housekeeping;

/// <summary>How little room on a disk is too little: so many bytes, or a share of the disk where that is less.</summary>
/// <param name="Bytes">The bytes; null where only the share counts.</param>
/// <param name="Share">The share of 1; null where only the bytes count.</param>
sealed record DiskThreshold(long? Bytes, double? Share)
{
    /// <summary>What a threshold is written as, for people.</summary>
    public const string Expected = "a size such as 2GiB, a share such as 5%, or both with 'or' between them";

    static readonly (string Unit, int Shift)[] s_units = [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10), ("B", 0)];

    /// <summary>The bytes on a disk of a size.</summary>
    public long Of(long total) => Math.Min(Bytes ?? long.MaxValue, Share is { } share ? (long)(share * total) : long.MaxValue);

    /// <summary>Reads <c>2GiB or 5%</c>; null for what is none.</summary>
    public static DiskThreshold? TryParse(string text)
    {
        var (bytes, share) = ((long?)null, (double?)null);
        foreach (var part in text.Split(" or ", StringSplitOptions.TrimEntries))
            if (share is null && Percent(part) is { } percent) share = percent;
            else if (bytes is null && Size(part) is { } size) bytes = size;
            else return null;
        return new DiskThreshold(bytes, share);
    }

    /// <summary>Reads <c>512MiB</c>; null for what is no size.</summary>
    public static long? Size(string text)
    {
        foreach (var (unit, shift) in s_units)
            if (text.EndsWith(unit, StringComparison.Ordinal))
                return Number(text[..^unit.Length]) is { } number && number < long.MaxValue >> shift
                    ? (long)(number * (1L << shift))
                    : null;
        return null;
    }

    static double? Percent(string text) => text.EndsWith('%') && Number(text[..^1]) is { } number and <= 100 ? number / 100 : null;

    static double? Number(string text) =>
        double.TryParse(text.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}
