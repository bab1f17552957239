using Sikap.Nlp;
using Sikap.Nlp.Reading;

namespace Sikap.Benchmarks.Ner;

/// <summary>The case words have in running text, counted inside sentences; gives a corpus in small letters its capitals back.</summary>
internal sealed class Casing
{
    private readonly Dictionary<string, Dictionary<string, int>> _forms = new(StringComparer.Ordinal);

    public Casing(IEnumerable<ArticleWork> texts)
    {
        foreach (var work in texts)
        {
            for (var i = 1; i < work.Tokens.Length; i++)
            {
                if (work.Tokens[i].Kind == TokenKind.Word && work.Tokens[i].Breaks == 0 && work.Tokens[i - 1].Kind == TokenKind.Word)
                {
                    var form = work.Words(i, i + 1);
                    var lower = form.ToLowerInvariant();
                    if (!_forms.TryGetValue(lower, out var forms))
                    {
                        _forms.Add(lower, forms = new(StringComparer.Ordinal));
                    }

                    forms[form] = forms.GetValueOrDefault(form) + 1;
                }
            }
        }
    }

    /// <summary>A word as running text would have it: its most frequent form, a capital at the start of a sentence and in names that are not known otherwise.</summary>
    public string Write(string word, string label, bool first)
    {
        var form = _forms.TryGetValue(word, out var forms) ? forms.OrderByDescending(static f => f.Value).ThenBy(static f => f.Key, StringComparer.Ordinal).First().Key
            : label.EndsWith("PPL", StringComparison.Ordinal) || label.EndsWith("PLC", StringComparison.Ordinal) ? Capital(word) : word;
        return first || (label.EndsWith("PPL", StringComparison.Ordinal) && word.Length > 3) ? Capital(form) : form;
    }

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];
}
