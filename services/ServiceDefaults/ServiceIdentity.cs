namespace Sikap.ServiceDefaults;

/// <summary>Which service this process is.</summary>
/// <param name="Name">Such as <c>ingestion</c>.</param>
public sealed record ServiceIdentity(string Name);
