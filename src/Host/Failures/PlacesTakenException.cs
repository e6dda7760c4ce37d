namespace ActorRlhf.Host.Failures;

/// <summary>A host sends and receives so many files at once, and those who have them take their time.</summary>
/// <param name="most">How many.</param>
sealed class PlacesTakenException(int most) : Exception(
    FormattableString.Invariant($"{most} archives, models or tables are being sent or received, and no more at once: try again later"));
