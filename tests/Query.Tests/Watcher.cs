using Grpc.Core;
using Sikap.V1;

namespace Sikap.Query.Tests;

/// <summary>A watch stream as a client holds it.</summary>
internal sealed class Watcher : IDisposable
{
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly AsyncServerStreamingCall<WatchEvent> _call;

    public Watcher(QueryHost host, WatchRequest request)
    {
        _end.CancelAfter(QueryHost.Patience);
        _call = host.Client.Watch(request, cancellationToken: _end.Token);
    }

    public async Task<WatchEvent> NextAsync()
    {
        (await _call.ResponseStream.MoveNext(_end.Token)).ShouldBeTrue();
        return _call.ResponseStream.Current;
    }

    public async Task<WatchEvent> NextAsync(WatchEvent.EventOneofCase kind, string beyond)
    {
        while (true)
        {
            if (await NextAsync() is var next && next.EventCase == kind && next.Cursor != beyond)
            {
                return next;
            }
        }
    }

    public void Dispose()
    {
        _call.Dispose();
        _end.Dispose();
    }
}
