using System.Threading.Channels;
using Grpc.Core;
using Grpc.Health.V1;

namespace Grpc.HealthCheck;

/// <summary>The standard health service over statuses that the host sets. Thread-safe; one instance serves all calls.</summary>
public class HealthServiceImpl : Health.V1.Health.HealthBase
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, HealthCheckResponse.Types.ServingStatus> _statuses = [];
    private readonly Dictionary<string, List<Watcher>> _watchers = [];
    private bool _ending;

    /// <summary>Sets the status of a service, or of the server for an empty name; watchers hear of a change.</summary>
    public void SetStatus(string service, HealthCheckResponse.Types.ServingStatus status)
    {
        ArgumentNullException.ThrowIfNull(service);
        lock (_gate)
        {
            if (_statuses.TryGetValue(service, out var old) && old == status)
            {
                return;
            }

            _statuses[service] = status;
            Tell(service, status);
        }
    }

    /// <summary>Forgets a service; its watchers hear SERVICE_UNKNOWN.</summary>
    public void ClearStatus(string service)
    {
        ArgumentNullException.ThrowIfNull(service);
        lock (_gate)
        {
            if (_statuses.Remove(service))
            {
                Tell(service, HealthCheckResponse.Types.ServingStatus.ServiceUnknown);
            }
        }
    }

    /// <summary>Forgets all services.</summary>
    public void ClearAll()
    {
        lock (_gate)
        {
            foreach (var service in _statuses.Keys.ToArray())
            {
                ClearStatus(service);
            }
        }
    }

    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        lock (_gate)
        {
            return _statuses.TryGetValue(request.Service, out var status)
                ? Task.FromResult(new HealthCheckResponse { Status = status })
                : Task.FromException<HealthCheckResponse>(new RpcException(new Status(StatusCode.NotFound, "Service not found.")));
        }
    }

    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(responseStream);
        ArgumentNullException.ThrowIfNull(context);
        var watcher = new Watcher();
        lock (_gate)
        {
            if (!_watchers.TryGetValue(request.Service, out var list))
            {
                _watchers[request.Service] = list = [];
            }

            list.Add(watcher);
            watcher.Tell(_statuses.TryGetValue(request.Service, out var status) ? status : HealthCheckResponse.Types.ServingStatus.ServiceUnknown);
            if (_ending)
            {
                watcher.End();
            }
        }

        try
        {
            await foreach (var status in watcher.ReadAllAsync(context.CancellationToken))
            {
                await responseStream.WriteAsync(new HealthCheckResponse { Status = status });
            }
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(Status.DefaultCancelled);
        }
        finally
        {
            lock (_gate)
            {
                var list = _watchers[request.Service];
                list.Remove(watcher);
                if (list.Count == 0)
                {
                    _watchers.Remove(request.Service);
                }
            }
        }
    }

    /// <summary>Ends all watches, running and future ones, after the latest status, so that a host that stops does not wait for them.</summary>
    internal void EndWatches()
    {
        lock (_gate)
        {
            _ending = true;
            foreach (var watcher in _watchers.Values.SelectMany(list => list))
            {
                watcher.End();
            }
        }
    }

    private void Tell(string service, HealthCheckResponse.Types.ServingStatus status)
    {
        if (_watchers.TryGetValue(service, out var list))
        {
            foreach (var watcher in list)
            {
                watcher.Tell(status);
            }
        }
    }

    /// <summary>One watch. A slow caller gets the latest status, not a backlog.</summary>
    private sealed class Watcher
    {
        private readonly Channel<HealthCheckResponse.Types.ServingStatus> _changes =
            Channel.CreateBounded<HealthCheckResponse.Types.ServingStatus>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

        public void Tell(HealthCheckResponse.Types.ServingStatus status) => _changes.Writer.TryWrite(status);

        public void End() => _changes.Writer.TryComplete();

        public async IAsyncEnumerable<HealthCheckResponse.Types.ServingStatus> ReadAllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            HealthCheckResponse.Types.ServingStatus? last = null;
            await foreach (var status in _changes.Reader.ReadAllAsync(cancellationToken))
            {
                if (status != last)
                {
                    last = status;
                    yield return status;
                }
            }
        }
    }
}
