namespace ActorRlhf.Host.Inquiry;

/// <summary>Hears how a long inquiry goes on.</summary>
/// <param name="Say">Gets lines for a person.</param>
/// <param name="Progress">Gets how far it is, from 0 to 1.</param>
sealed record InquiryListener(Action<string> Say, Action<double> Progress);
