using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using Grpc.AspNetCore.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Microsoft.AspNetCore.Builder
{
    /// <summary>gRPC-Web for browsers and proxies that cannot read HTTP trailers.</summary>
    public static class GrpcWebApplicationBuilderExtensions
    {
        /// <summary>Translates gRPC-Web requests, binary and text, into gRPC. Stands before <c>UseRouting</c>.</summary>
        public static IApplicationBuilder UseGrpcWeb(this IApplicationBuilder builder, GrpcWebOptions options)
        {
            ArgumentNullException.ThrowIfNull(builder);
            ArgumentNullException.ThrowIfNull(options);
            return options.DefaultEnabled ? builder.UseMiddleware<GrpcWebMiddleware>() : builder;
        }
    }
}

namespace Grpc.AspNetCore.Web
{
    /// <summary>Options of <c>UseGrpcWeb</c>.</summary>
    public sealed class GrpcWebOptions
    {
        /// <summary>Whether every service answers gRPC-Web. Default false.</summary>
        public bool DefaultEnabled { get; set; }
    }

    /// <summary>Recognises gRPC-Web by its content type and lets everything else pass.</summary>
    internal sealed class GrpcWebMiddleware(RequestDelegate next)
    {
        private const string Binary = "application/grpc-web";
        private const string Text = "application/grpc-web-text";

        public Task InvokeAsync(HttpContext http)
        {
            var type = http.Request.ContentType;
            if (!HttpMethods.IsPost(http.Request.Method) || !(Is(type, Binary) || Is(type, Text)))
            {
                return next(http);
            }

            return new GrpcWebCall(http, textRequest: Is(type, Text), textResponse: http.Request.Headers.Accept.Count > 0 ? Is(http.Request.Headers.Accept.ToString(), Text) : Is(type, Text)).RunAsync(next);
        }

        private static bool Is(string? type, string wanted) => type is not null
            && type.StartsWith(wanted, StringComparison.OrdinalIgnoreCase)
            && (type.Length == wanted.Length || type[wanted.Length] is '+' or ';' or ' ' or ',');
    }

    /// <summary>
    /// One gRPC-Web call: the request looks like gRPC to all that comes after, and the trailers are written as a last message with flag 0x80. Text is base64 in chunks,
    /// each with padding of its own (grpc/grpc doc/PROTOCOL-WEB.md).
    /// </summary>
    internal sealed class GrpcWebCall : IHttpResponseBodyFeature, IHttpResponseTrailersFeature, IRequestBodyPipeFeature
    {
        private const byte TrailerFlag = 0x80;

        private readonly HttpContext _http;
        private readonly IHttpResponseBodyFeature _response;
        private readonly bool _textRequest;
        private readonly bool _textResponse;
        private int _ended;

        public GrpcWebCall(HttpContext http, bool textRequest, bool textResponse)
        {
            _http = http;
            _textRequest = textRequest;
            _textResponse = textResponse;
            _response = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
            Reader = textRequest ? PipeReader.Create(new Base64ReadStream(http.Request.Body)) : http.Request.BodyReader;
            Writer = textResponse ? PipeWriter.Create(new Base64WriteStream(_response.Stream)) : _response.Writer;
        }

        public PipeReader Reader { get; }

        public PipeWriter Writer { get; }

        public Stream Stream => Writer.AsStream();

        public IHeaderDictionary Trailers { get; set; } = new HeaderDictionary();

        public async Task RunAsync(RequestDelegate next)
        {
            var trailers = _http.Features.Get<IHttpResponseTrailersFeature>();
            _http.Features.Set<IHttpResponseBodyFeature>(this);
            _http.Features.Set<IHttpResponseTrailersFeature>(this);
            if (_textRequest)
            {
                _http.Features.Set<IRequestBodyPipeFeature>(this);
            }

            _http.Request.Protocol = HttpProtocol.Http2;
            _http.Request.ContentType = "application/grpc";
            _http.Response.OnStarting(() =>
            {
                if (_http.Response.ContentType == "application/grpc")
                {
                    _http.Response.ContentType = _textResponse ? "application/grpc-web-text+proto" : "application/grpc-web+proto";
                }

                return Task.CompletedTask;
            });
            try
            {
                await next(_http);
                await CompleteAsync();
            }
            finally
            {
                _http.Features.Set(_response);
                _http.Features.Set(trailers);
            }
        }

        public async Task CompleteAsync()
        {
            if (Interlocked.Exchange(ref _ended, 1) != 0)
            {
                return;
            }

            if (Trailers.Count > 0)
            {
                WriteTrailers();
            }

            await Writer.FlushAsync(_http.RequestAborted);
            await _response.CompleteAsync();
        }

        public Task StartAsync(CancellationToken cancellationToken = default) => _response.StartAsync(cancellationToken);

        public void DisableBuffering() => _response.DisableBuffering();

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException("A gRPC-Web response consists of messages.");

        private void WriteTrailers()
        {
            var block = new StringBuilder();
            foreach (var (name, values) in Trailers)
            {
                foreach (var value in values)
                {
                    block.Append(name.ToLowerInvariant()).Append(": ").Append(value).Append("\r\n");
                }
            }

            // Names and values are ASCII by the rules of metadata.
            var length = block.Length;
            var frame = Writer.GetSpan(5 + length);
            frame[0] = TrailerFlag;
            BinaryPrimitives.WriteInt32BigEndian(frame[1..], length);
            Encoding.ASCII.GetBytes(block.ToString(), frame[5..]);
            Writer.Advance(5 + length);
        }
    }
}
