using System.Net.Mime;
using MassTransit;
using MassTransit.Configuration;

namespace Sikap.ServiceDefaults;

/// <summary>The bus's JSON serializer, refusing bodies above a limit before they reach the transport.</summary>
internal sealed class LimitedSerializerFactory(int maxBytes) : ISerializerFactory
{
    // A fault carries the whole message that failed; the room makes sure that the largest legal message can fail.
    private const int FaultRoomBytes = 65_536;

    private readonly SystemTextJsonMessageSerializerFactory _json = new();

    public ContentType ContentType => _json.ContentType;

    public IMessageSerializer CreateSerializer() => new Serializer(_json.CreateSerializer(), maxBytes);

    public IMessageDeserializer CreateDeserializer() => _json.CreateDeserializer();

    private sealed class Serializer(IMessageSerializer inner, int maxBytes) : IMessageSerializer
    {
        public ContentType ContentType => inner.ContentType;

        public MessageBody GetMessageBody<T>(SendContext<T> context)
            where T : class
        {
            var body = inner.GetMessageBody(context);
            var limit = context.Message is Fault ? maxBytes + FaultRoomBytes : maxBytes;
            if (body.GetBytes() is { } bytes && bytes.Length > limit)
                throw new MessageTooLargeException(typeof(T).Name, bytes.Length, limit);
            return body;
        }
    }
}
