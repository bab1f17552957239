namespace Sikap.Nlp.Languages;

/// <summary>The language of a text and of each of its paragraphs.</summary>
/// <param name="Language">
/// ISO 639-1 code, or ISO 639-3 where there is none (<c>min</c>, <c>ban</c>); <c>und</c> when there is no text or its language is none of those known. Indonesian when a good part of a mixed text
/// is; else the language of most of it.
/// </param>
/// <param name="Confidence">
/// How likely that is right, 0 to 1, among texts of which Indonesian ones are some twenty times as frequent as those of any other language; <c>LANGUAGES.md</c> says how far that holds.
/// </param>
/// <param name="Paragraphs">The paragraphs in order; lines without a letter are left out.</param>
public sealed record LanguageReading(string Language, double Confidence, IReadOnlyList<ParagraphLanguage> Paragraphs);

/// <summary>The language of one paragraph.</summary>
/// <param name="Span">Where it stands in the text, blanks around it left out.</param>
/// <param name="Language">
/// Its code as in <see cref="LanguageReading.Language"/>. Where a quotation in another language stands in a sentence, the language of the sentence. A paragraph too short to tell has the language of the text.
/// </param>
/// <param name="Confidence">How likely that is right by the words, the language of the text around it being expected, 0 to 1; not measured apart.</param>
public readonly record struct ParagraphLanguage(TextSpan Span, string Language, double Confidence);
