namespace ActorRlhf.Host.Failures;

/// <summary>A recipe that came over the network names an address that this host does not connect to for others.</summary>
/// <param name="key">The recipe's key that names it.</param>
/// <param name="url">The address.</param>
/// <param name="open">Beginnings of the addresses that it connects to.</param>
sealed class AddressNotOpenException(string key, Uri url, IReadOnlyList<Uri> open) : Exception(
    $"{key}: '{url.AbsoluteUri}' is not " + (open.Count == 0
        ? "an address that this host connects to for others, for there is none: its owner can name it, or its beginning, in serve.witnesses"
        : $"below an address that this host connects to for others ({string.Join(", ", open.Select(one => one.AbsoluteUri))}): "
            + "name one that is, or have its owner add it to serve.witnesses"))
{
    /// <summary>The address.</summary>
    public Uri Url => url;
}
