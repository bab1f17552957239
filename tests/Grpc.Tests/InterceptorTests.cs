using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Sikap.Grpc.Tests.Probes;

namespace Sikap.Grpc.Tests;

public sealed class InterceptorTests
{
    [Fact]
    public async Task ServerInterceptors_AllKindsOfCalls_RunInOrderAroundTheHandler()
    {
        var log = new List<string>();
        await using var host = await ProbeHost.StartAsync(
            options =>
            {
                options.Interceptors.Add<LoggingInterceptor>("outer", log);
                options.Interceptors.Add<LoggingInterceptor>("inner", log);
            });

        await host.Client.OneAsync(new Ask(), ProbeHost.Options);
        using (var up = host.Client.Up(ProbeHost.Options))
        {
            await up.RequestStream.CompleteAsync();
            await up;
        }

        using (var down = host.Client.Down(new Ask(), ProbeHost.Options))
        {
            await down.ResponseStream.ReadAllAsync().CountAsync();
        }

        using (var both = host.Client.Both(ProbeHost.Options))
        {
            await both.RequestStream.CompleteAsync();
            await both.ResponseStream.ReadAllAsync().CountAsync();
        }

        log.ShouldBe(new[] { "One", "Up", "Down", "Both" }.SelectMany(name => new[] { $"outer>{name}", $"inner>{name}", $"inner<{name}", $"outer<{name}" }));
    }

    [Fact]
    public async Task ServerInterceptor_ThrowsRpcException_IsTheStatus()
    {
        await using var host = await ProbeHost.StartAsync(options => options.Interceptors.Add<RefusingInterceptor>());

        var exception = await Should.ThrowAsync<RpcException>(async () => await host.Client.OneAsync(new Ask(), ProbeHost.Options));

        exception.Status.ShouldBe(new Status(StatusCode.Unauthenticated, "who are you"));
    }

    [Fact]
    public async Task ServerInterceptor_RegisteredAsService_IsTheRegisteredOne()
    {
        var interceptor = new CountingInterceptor();
        await using var host = await ProbeHost.StartAsync(options => options.Interceptors.Add<CountingInterceptor>(), services => services.AddSingleton(interceptor));

        await host.Client.OneAsync(new Ask(), ProbeHost.Options);
        await host.Client.OneAsync(new Ask(), ProbeHost.Options);

        interceptor.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task ClientInterceptors_OnAChannel_ChangeRequestAndAnswer()
    {
        await using var host = await ProbeHost.StartAsync();
        host.Handlers.One = (ask, context) => Task.FromResult(new Answer { Text = ask.Text + context.RequestHeaders.GetValue("tag") });
        var client = new Probe.ProbeClient(host.Channel.Intercept(new SuffixInterceptor("-a"), new SuffixInterceptor("-b")).Intercept(metadata =>
        {
            metadata.Add("tag", "-tag");
            return metadata;
        }));

        var answer = await client.OneAsync(new Ask { Text = "x" }, ProbeHost.Options);

        answer.Text.ShouldBe("x-a-b-tag-b-a");
    }

    [Fact]
    public async Task TypedClient_WithInterceptorAndChannelOptions_Calls()
    {
        await using var host = await ProbeHost.StartAsync();
        var services = new ServiceCollection();
        services.AddSingleton(new SuffixInterceptor("!"));
        services.AddGrpcClient<Probe.ProbeClient>(options => options.Address = host.Address)
            .ConfigureChannel(channel => channel.MaxReceiveMessageSize = 100)
            .AddInterceptor<SuffixInterceptor>();
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<Probe.ProbeClient>();

        var answer = await client.OneAsync(new Ask { Text = "x" }, ProbeHost.Options);
        var exception = await Should.ThrowAsync<RpcException>(async () => await client.OneAsync(new Ask { Text = new string('x', 200) }, ProbeHost.Options));

        answer.Text.ShouldBe("x!!");
        exception.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task TypedClients_OfOneTypeByName_HaveTheirOwnAddresses()
    {
        await using var one = await ProbeHost.StartAsync();
        await using var other = await ProbeHost.StartAsync();
        one.Handlers.One = (_, _) => Task.FromResult(new Answer { Text = "one" });
        other.Handlers.One = (_, _) => Task.FromResult(new Answer { Text = "other" });
        var services = new ServiceCollection();
        services.AddGrpcClient<Probe.ProbeClient>("one", options => options.Address = one.Address);
        services.AddGrpcClient<Probe.ProbeClient>("other", options => options.Address = other.Address);
        await using var provider = services.BuildServiceProvider();
        var factory = provider.GetRequiredService<global::Grpc.Net.ClientFactory.GrpcClientFactory>();

        (await factory.CreateClient<Probe.ProbeClient>("one").OneAsync(new Ask(), ProbeHost.Options)).Text.ShouldBe("one");
        (await factory.CreateClient<Probe.ProbeClient>("other").OneAsync(new Ask(), ProbeHost.Options)).Text.ShouldBe("other");
    }

    [Fact]
    public void TypedClient_WithoutAddress_SaysSo()
    {
        var services = new ServiceCollection();
        services.AddGrpcClient<Probe.ProbeClient>();
        using var provider = services.BuildServiceProvider();

        Should.Throw<InvalidOperationException>(() => provider.GetRequiredService<Probe.ProbeClient>()).Message.ShouldContain("address");
    }

    public sealed class LoggingInterceptor(string name, List<string> log) : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
            LogAsync(context, () => continuation(request, context));

        public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
            LogAsync(context, () => continuation(requestStream, context));

        public override Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
            LogAsync(context, async () =>
            {
                await continuation(request, responseStream, context);
                return 0;
            });

        public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            DuplexStreamingServerMethod<TRequest, TResponse> continuation) => LogAsync(context, async () =>
            {
                await continuation(requestStream, responseStream, context);
                return 0;
            });

        private async Task<T> LogAsync<T>(ServerCallContext context, Func<Task<T>> inner)
        {
            var method = context.Method.Split('/')[^1];
            log.Add($"{name}>{method}");
            var result = await inner();
            log.Add($"{name}<{method}");
            return result;
        }
    }

    public sealed class RefusingInterceptor : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
            throw new RpcException(new Status(StatusCode.Unauthenticated, "who are you"));
    }

    public sealed class CountingInterceptor : Interceptor
    {
        public int Calls { get; private set; }

        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            Calls++;
            return continuation(request, context);
        }
    }

    private sealed class SuffixInterceptor(string suffix) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            ((Ask)(object)request).Text += suffix;
            var call = continuation(request, context);
            return new AsyncUnaryCall<TResponse>(AnswerAsync(call), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
        }

        private async Task<TResponse> AnswerAsync<TResponse>(AsyncUnaryCall<TResponse> call)
        {
            var answer = await call;
            ((Answer)(object)answer!).Text += suffix;
            return answer;
        }
    }
}
