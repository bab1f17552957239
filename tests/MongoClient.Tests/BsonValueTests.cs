using MongoDB.Bson;

namespace Sikap.MongoClient.Tests;

public sealed class BsonValueTests
{
    [Fact]
    public void Document_Names_AreUnique()
    {
        var document = new BsonDocument { { "a", 1 } };

        Should.Throw<InvalidOperationException>(() => document.Add("a", 2));
        document["a"] = 3;
        document["a"].AsInt32.ShouldBe(3);
    }

    [Fact]
    public void Document_ManyElements_AreFoundAfterChanges()
    {
        var document = new BsonDocument(Enumerable.Range(0, 50).Select(n => new BsonElement($"n{n}", n)));
        document["n30"].AsInt32.ShouldBe(30);

        document.Remove("n10");
        document.Add("last", 99);

        document.Contains("n10").ShouldBeFalse();
        document["n30"].AsInt32.ShouldBe(30);
        document["last"].AsInt32.ShouldBe(99);
        document.ElementCount.ShouldBe(50);
    }

    [Fact]
    public void DeepClone_ChangedAfterwards_LeavesTheOriginal()
    {
        var original = new BsonDocument("a", new BsonArray { new BsonDocument("b", 1) });
        var clone = (BsonDocument)original.DeepClone();

        clone["a"][0]["b"] = 2;

        original["a"][0]["b"].AsInt32.ShouldBe(1);
    }

    [Fact]
    public void Compare_AcrossTypes_FollowsTheServersOrder()
    {
        BsonValue[] sorted =
        [
            BsonMinKey.Value, BsonNull.Value, double.NaN, -5L, 1, 1.5, 2m, (1L << 53) + 1, "a", "b", new BsonDocument("a", 1), new BsonArray { 1 },
            new BsonBinaryData([1]), ObjectId.Empty, false, true, new BsonDateTime(0), new BsonTimestamp(0, 1), new BsonRegularExpression("a"), BsonMaxKey.Value,
        ];

        sorted.Reverse().Order().ShouldBe(sorted);
    }

    [Fact]
    public void Numbers_OfDifferentTypes_AreEqualByOperatorOnly()
    {
        BsonValue small = 1;
        BsonValue large = 1L;

        (small == large).ShouldBeTrue();
        small.Equals(large).ShouldBeFalse();
        ((BsonValue)((1L << 53) + 1) == (double)(1L << 53)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("2026-01-02T03:04:05.678Z")]
    [InlineData("1969-12-31T23:59:59.999Z")]
    public void DateTime_ToTheMillisecond_ComesBack(string text)
    {
        var time = DateTime.Parse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AdjustToUniversal);

        new BsonDateTime(time).ToUniversalTime().ShouldBe(time);
        new BsonDateTime(time.AddTicks(7)).ToUniversalTime().ShouldBe(time);
    }

    [Fact]
    public void As_AnotherType_SaysWhich()
    {
        Should.Throw<InvalidCastException>(() => new BsonString("1").AsInt32).Message.ShouldContain("String");
        Should.Throw<KeyNotFoundException>(() => new BsonDocument()["wanted"]).Message.ShouldContain("wanted");
    }

    [Theory]
    [InlineData("1.10", "1.1", 0)]
    [InlineData("-1", "1", -1)]
    [InlineData("1E+6000", "9999999999999999999999999999999999", 1)]
    [InlineData("NaN", "-Infinity", -1)]
    [InlineData("-0", "0E+3", 0)]
    [InlineData("-2E-10", "-1E-10", -1)]
    public void Decimal128_Compare_ByValue(string left, string right, int order)
    {
        Math.Sign(Decimal128.Parse(left).CompareTo(Decimal128.Parse(right))).ShouldBe(order);
        Math.Sign(Decimal128.Parse(right).CompareTo(Decimal128.Parse(left))).ShouldBe(-order);
    }

    [Fact]
    public void Decimal128_FromDecimal_KeepsDigits()
    {
        new Decimal128(-12.500m).ToString().ShouldBe("-12.500");
        Decimal128.ToDecimal(Decimal128.Parse("-12.500")).ShouldBe(-12.500m);
        Should.Throw<OverflowException>(() => Decimal128.ToDecimal(Decimal128.PositiveInfinity));
    }

    [Fact]
    public void ObjectId_NewOnes_AreDifferentAndRise()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => ObjectId.GenerateNewId()).ToList();

        ids.Distinct().Count().ShouldBe(1000);
        ids[0].CreationTime.ShouldBe(TimeProvider.System.GetUtcNow().UtcDateTime, TimeSpan.FromMinutes(1));
    }
}
