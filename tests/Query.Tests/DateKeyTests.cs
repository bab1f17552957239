namespace Sikap.Query.Tests;

public sealed class DateKeyTests
{
    [Theory]
    [InlineData("2023-07", "2023-07")]
    [InlineData("2023-07-12T14:05+07:00", "2023-07-12T14:05")]
    [InlineData("2023-07-10/2023-07-16", "2023-07-10")]
    [InlineData("2023-07/2023-09", "2023-07")]
    [InlineData("", DateKey.Undated)]
    public void Of_Value_IsItsBeginningToTheMinute(string value, string key) => DateKey.Of(value).ShouldBe(key);
}
