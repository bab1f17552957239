namespace Sikap.Formats.Tests;

/// <summary>A document or its refusal.</summary>
public sealed class ReadingTests
{
    [Fact]
    public void Refused_Message_ComesWithoutAValue()
    {
        Reading<string> reading = new ReadingProblem(12, "is empty");

        reading.Value.ShouldBeNull();
        reading.Refusal.ShouldBe(new ReadingProblem(12, "is empty"));
    }

    [Fact]
    public void Of_Value_ComesWithoutARefusal()
    {
        Reading<string> reading = "text";

        reading.Value.ShouldBe("text");
        reading.Refusal.ShouldBeNull();
    }
}
