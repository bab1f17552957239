using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Sikap.ServiceDefaults;

/// <summary>A configuration section that some options class of the host reads.</summary>
/// <param name="Name">Such as <c>Ingestion:Feeds</c>.</param>
internal sealed record OptionsSection(string Name);

/// <summary>Checks one section: what stands there is an option, and its values are in range. Each fault begins with the option's full name, as it has to be written.</summary>
internal sealed class SectionValidation<TOptions>(IConfigurationSection section, IEnumerable<OptionsSection> sections) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        var faults = Unknown().Concat(results.SelectMany(result => result.MemberNames.DefaultIfEmpty(""), (result, member) => Named(member, result.ErrorMessage ?? "is wrong"))).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    // A misspelt option is a default that nobody wants: a store in a folder where a database was meant.
    private IEnumerable<string> Unknown()
        => from child in section.GetChildren()
           where typeof(TOptions).GetProperties().All(property => !property.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase))
               && sections.All(other => !$"{other.Name}:".StartsWith($"{child.Path}:", StringComparison.OrdinalIgnoreCase))
           select $"{child.Path} is no option of this service";

    // The messages of the options classes begin with the option's own name, those of the attributes do not.
    private string Named(string member, string message)
        => member.Length == 0 ? $"{section.Path}: {message}"
        : message.StartsWith(member, StringComparison.Ordinal) ? $"{section.Path}:{message}"
        : $"{section.Path}:{member}: {message}";
}
