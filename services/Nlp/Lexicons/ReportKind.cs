namespace Sikap.Nlp.Lexicons;

/// <summary>What a word says about how a report came; the table tells what each means.</summary>
internal enum ReportKind : byte { None, Passive, Active, Told, Source, Report, Tells, Medium, Filler, Platform }
