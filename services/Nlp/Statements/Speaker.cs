using Sikap.Nlp.Actors;

namespace Sikap.Nlp.Statements;

/// <summary>A source found beside a cue.</summary>
/// <param name="Entity">Who.</param>
/// <param name="First">First token of the mention.</param>
/// <param name="End">One past its last token.</param>
/// <param name="After">One past the last token of the whole expression (appositions, brackets).</param>
/// <param name="Role">Office at this mention.</param>
/// <param name="Certainty">0 to 1: how safely the mention leads to the actor.</param>
internal readonly record struct Speaker(Entity Entity, int First, int End, int After, string? Role, double Certainty);
