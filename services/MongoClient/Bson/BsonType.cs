namespace MongoDB.Bson;

/// <summary>Type of a BSON value; the numbers are those of the format.</summary>
public enum BsonType
{
    EndOfDocument = 0x00,
    Double = 0x01,
    String = 0x02,
    Document = 0x03,
    Array = 0x04,
    Binary = 0x05,
    Undefined = 0x06,
    ObjectId = 0x07,
    Boolean = 0x08,
    DateTime = 0x09,
    Null = 0x0a,
    RegularExpression = 0x0b,
    JavaScript = 0x0d,
    Symbol = 0x0e,
    JavaScriptWithScope = 0x0f,
    Int32 = 0x10,
    Timestamp = 0x11,
    Int64 = 0x12,
    Decimal128 = 0x13,
    MinKey = 0xff,
    MaxKey = 0x7f,
}

/// <summary>What the bytes of a <see cref="BsonBinaryData"/> mean.</summary>
public enum BsonBinarySubType
{
    Binary = 0x00,
    Function = 0x01,
    OldBinary = 0x02,
    UuidLegacy = 0x03,
    UuidStandard = 0x04,
    MD5 = 0x05,
    Encrypted = 0x06,
    Column = 0x07,
    Sensitive = 0x08,
    Vector = 0x09,
    UserDefined = 0x80,
}

/// <summary>How a GUID becomes binary data. Only the standard form (subtype 4, network byte order) is written.</summary>
public enum GuidRepresentation
{
    Unspecified = 0,
    Standard = 1,
}
