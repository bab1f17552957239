"""Foreign peer of the interop tests: the published cases on Debian's grpcio, as a server or as a client.

usage: interop_peer.py server DESCRIPTORS          prints "port N", serves until standard input closes
       interop_peer.py client DESCRIPTORS ADDRESS  prints "PASS case" or "FAIL case reason" for each case

DESCRIPTORS is a serialized FileDescriptorSet of the grpc.testing protos.
"""
import sys
import threading
import time
import zlib
from concurrent import futures

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

# Messages reach this program as they came over the wire, so that it sees which of them were compressed.
RAW = [("grpc.per_message_decompression", 0)]
LIMITS = [("grpc.max_receive_message_length", -1)]
PATIENCE = 15


def load(path):
    with open(path, "rb") as file:
        files = descriptor_pb2.FileDescriptorSet.FromString(file.read()).file
    pool = descriptor_pool.DescriptorPool()
    for each in files:
        pool.Add(each)
    factory = message_factory.MessageFactory(pool)
    names = ["Empty", "Payload", "SimpleRequest", "SimpleResponse", "StreamingInputCallRequest", "StreamingInputCallResponse",
             "StreamingOutputCallRequest", "StreamingOutputCallResponse", "ResponseParameters", "BoolValue", "EchoStatus"]
    return {name: factory.GetPrototype(pool.FindMessageTypeByName("grpc.testing." + name)) for name in names}


class Received:
    """A message with the compressed flag it came with."""

    def __init__(self, cls, data):
        self.compressed = data[:2] == b"\x1f\x8b"
        self.message = cls.FromString(zlib.decompress(data, 31) if self.compressed else data)


class Server(grpc.GenericRpcHandler):
    def __init__(self, types):
        self.t = types

    def service(self, details):
        def handler(kind, request, method):
            return getattr(grpc, kind + "_rpc_method_handler")(method, lambda data: Received(self.t[request], data), lambda m: m.SerializeToString())

        return {
            "/grpc.testing.TestService/EmptyCall": handler("unary_unary", "Empty", lambda r, c: self.t["Empty"]()),
            "/grpc.testing.TestService/UnaryCall": handler("unary_unary", "SimpleRequest", self.unary),
            "/grpc.testing.TestService/StreamingOutputCall": handler("unary_stream", "StreamingOutputCallRequest", self.output),
            "/grpc.testing.TestService/StreamingInputCall": handler("stream_unary", "StreamingInputCallRequest", self.input),
            "/grpc.testing.TestService/FullDuplexCall": handler("stream_stream", "StreamingOutputCallRequest", self.duplex),
        }.get(details.method)

    def echo(self, context):
        for key, value in context.invocation_metadata():
            if key == "x-grpc-test-echo-initial":
                context.send_initial_metadata(((key, value),))
            elif key == "x-grpc-test-echo-trailing-bin":
                context.set_trailing_metadata(((key, value),))

    def check(self, received, context):
        if received.message.HasField("expect_compressed") and received.message.expect_compressed.value != received.compressed:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "expected another compressed flag")

    def status(self, request, context):
        if request.response_status.code:
            code = [c for c in grpc.StatusCode if c.value[0] == request.response_status.code][0]
            context.abort(code, request.response_status.message)

    def unary(self, received, context):
        request = received.message
        if request.response_compressed.value:
            context.set_compression(grpc.Compression.Gzip)
        self.echo(context)
        self.check(received, context)
        self.status(request, context)
        return self.t["SimpleResponse"](payload={"body": bytes(request.response_size)})

    def respond(self, request, context):
        for parameters in request.response_parameters:
            if parameters.interval_us:
                time.sleep(parameters.interval_us / 1e6)
            if not parameters.compressed.value:
                context.disable_next_message_compression()
            yield self.t["StreamingOutputCallResponse"](payload={"body": bytes(parameters.size)})

    def output(self, received, context):
        if any(p.compressed.value for p in received.message.response_parameters):
            context.set_compression(grpc.Compression.Gzip)
        self.echo(context)
        self.status(received.message, context)
        yield from self.respond(received.message, context)

    def input(self, requests, context):
        self.echo(context)
        total = 0
        for received in requests:
            self.check(received, context)
            total += len(received.message.payload.body)
        return self.t["StreamingInputCallResponse"](aggregated_payload_size=total)

    def duplex(self, requests, context):
        self.echo(context)
        for received in requests:
            self.status(received.message, context)
            yield from self.respond(received.message, context)


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


class Client:
    def __init__(self, types, address):
        self.t = types
        self.channel = grpc.insecure_channel(address, options=RAW + LIMITS)
        service = "/grpc.testing.TestService/"
        self.empty = self.stub("unary_unary", service + "EmptyCall", "Empty")
        self.unary = self.stub("unary_unary", service + "UnaryCall", "SimpleResponse")
        self.output = self.stub("unary_stream", service + "StreamingOutputCall", "StreamingOutputCallResponse")
        self.input = self.stub("stream_unary", service + "StreamingInputCall", "StreamingInputCallResponse")
        self.duplex = self.stub("stream_stream", service + "FullDuplexCall", "StreamingOutputCallResponse")

    def stub(self, kind, method, response):
        return getattr(self.channel, kind)(method, lambda m: m.SerializeToString(), lambda data: Received(self.t[response], data))

    def zeros(self, size):
        return {"body": bytes(size)}

    def large(self, **more):
        return self.t["SimpleRequest"](response_size=314159, payload=self.zeros(271828), **more)

    def answer(self, *sizes, **more):
        return self.t["StreamingOutputCallRequest"](response_parameters=[{"size": size} for size in sizes], **more)

    def fails(self, code, call):
        try:
            call()
        except grpc.RpcError as error:
            expect(error.code() == code, "code is %s %s" % (error.code(), error.details()))
            return error
        raise AssertionError("the call did not fail")

    def empty_unary(self):
        expect(self.empty(self.t["Empty"](), timeout=PATIENCE).message.ByteSize() == 0, "not empty")

    def large_unary(self):
        expect(self.unary(self.large(), timeout=PATIENCE).message.payload.body == bytes(314159), "payload")

    def client_compressed_unary(self):
        self.fails(grpc.StatusCode.INVALID_ARGUMENT, lambda: self.unary(self.large(expect_compressed={"value": True}), timeout=PATIENCE))
        one = self.unary(self.large(expect_compressed={"value": True}), timeout=PATIENCE, compression=grpc.Compression.Gzip)
        two = self.unary(self.large(expect_compressed={"value": False}), timeout=PATIENCE)
        expect(len(one.message.payload.body) == len(two.message.payload.body) == 314159, "payload")

    def client_compressed_streaming(self):
        def requests(expected):
            for size in (27182, 45904):
                yield self.t["StreamingInputCallRequest"](payload=self.zeros(size), expect_compressed={"value": expected})

        self.fails(grpc.StatusCode.INVALID_ARGUMENT, lambda: self.input(requests(True), timeout=PATIENCE))
        total = self.input(requests(True), timeout=PATIENCE, compression=grpc.Compression.Gzip)
        expect(total.message.aggregated_payload_size == 73086, "sum")

    def server_compressed_unary(self):
        for flag in (True, False):
            response = self.unary(self.large(response_compressed={"value": flag}), timeout=PATIENCE)
            expect(response.compressed == flag, "compressed flag is %s" % response.compressed)
            expect(response.message.payload.body == bytes(314159), "payload")

    def server_compressed_streaming(self):
        request = self.t["StreamingOutputCallRequest"](
            response_parameters=[{"size": 31415, "compressed": {"value": True}}, {"size": 92653, "compressed": {"value": False}}])
        got = [(r.compressed, len(r.message.payload.body)) for r in self.output(request, timeout=PATIENCE)]
        expect(got == [(True, 31415), (False, 92653)], str(got))

    def client_streaming(self):
        requests = (self.t["StreamingInputCallRequest"](payload=self.zeros(size)) for size in (27182, 8, 1828, 45904))
        expect(self.input(requests, timeout=PATIENCE).message.aggregated_payload_size == 74922, "sum")

    def server_streaming(self):
        got = [len(r.message.payload.body) for r in self.output(self.answer(31415, 9, 2653, 58979), timeout=PATIENCE)]
        expect(got == [31415, 9, 2653, 58979], str(got))

    def ping_pong(self):
        turn = threading.Semaphore(0)
        pairs = [(27182, 31415), (8, 9), (1828, 2653), (45904, 58979)]

        def requests():
            for request, response in pairs:
                yield self.answer(response, payload=self.zeros(request))
                expect(turn.acquire(timeout=PATIENCE), "no answer in time")

        count = 0
        for (_, response), got in zip(pairs, self.duplex(requests(), timeout=PATIENCE)):
            expect(len(got.message.payload.body) == response, "payload")
            count += 1
            turn.release()
        expect(count == 4, "count")

    def empty_stream(self):
        expect(list(self.duplex(iter(()), timeout=PATIENCE)) == [], "not empty")

    def cancel_after_begin(self):
        release = threading.Event()

        def requests():
            release.wait(PATIENCE)
            return
            yield

        future = self.input.future(requests(), timeout=PATIENCE)
        future.cancel()
        release.set()
        expect(future.cancelled() and future.code() == grpc.StatusCode.CANCELLED, "code is %s" % future.code())

    def cancel_after_first_response(self):
        release = threading.Event()

        def requests():
            yield self.answer(31415, payload=self.zeros(27182))
            release.wait(PATIENCE)

        call = self.duplex(requests(), timeout=PATIENCE)
        expect(len(next(call).message.payload.body) == 31415, "payload")
        call.cancel()
        self.fails(grpc.StatusCode.CANCELLED, lambda: next(call))
        release.set()

    def timeout_on_sleeping_server(self):
        release = threading.Event()

        def requests():
            yield self.t["StreamingOutputCallRequest"](payload=self.zeros(27182))
            release.wait(PATIENCE)

        self.fails(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: list(self.duplex(requests(), timeout=0.001)))
        release.set()

    def custom_metadata(self):
        sent = (("x-grpc-test-echo-initial", "test_initial_metadata_value"), ("x-grpc-test-echo-trailing-bin", b"\xab\xab\xab"))
        _, unary = self.unary.with_call(self.large(), timeout=PATIENCE, metadata=sent)
        duplex = self.duplex(iter([self.answer(314159, payload=self.zeros(271828))]), timeout=PATIENCE, metadata=sent)
        list(duplex)
        for call in (unary, duplex):
            expect(dict(call.initial_metadata()).get("x-grpc-test-echo-initial") == "test_initial_metadata_value", "initial metadata")
            expect(dict(call.trailing_metadata()).get("x-grpc-test-echo-trailing-bin") == b"\xab\xab\xab", "trailing metadata")

    def status_code_and_message(self, message="test status message"):
        status = {"code": 2, "message": message}
        unary = self.fails(grpc.StatusCode.UNKNOWN, lambda: self.unary(self.t["SimpleRequest"](response_status=status), timeout=PATIENCE))
        duplex = self.fails(grpc.StatusCode.UNKNOWN, lambda: list(self.duplex(iter([self.answer(response_status=status)]), timeout=PATIENCE)))
        expect(unary.details() == duplex.details() == message, "details are %r and %r" % (unary.details(), duplex.details()))

    def special_status_message(self):
        self.status_code_and_message("\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n")

    def unimplemented_method(self):
        stub = self.stub("unary_unary", "/grpc.testing.TestService/UnimplementedCall", "Empty")
        self.fails(grpc.StatusCode.UNIMPLEMENTED, lambda: stub(self.t["Empty"](), timeout=PATIENCE))

    def unimplemented_service(self):
        stub = self.stub("unary_unary", "/grpc.testing.UnimplementedService/UnimplementedCall", "Empty")
        self.fails(grpc.StatusCode.UNIMPLEMENTED, lambda: stub(self.t["Empty"](), timeout=PATIENCE))


CASES = ["empty_unary", "large_unary", "client_compressed_unary", "server_compressed_unary", "client_streaming", "client_compressed_streaming",
         "server_streaming", "server_compressed_streaming", "ping_pong", "empty_stream", "cancel_after_begin", "cancel_after_first_response",
         "timeout_on_sleeping_server", "custom_metadata", "status_code_and_message", "special_status_message", "unimplemented_method", "unimplemented_service"]


def main():
    types = load(sys.argv[2])
    if sys.argv[1] == "server":
        server = grpc.server(futures.ThreadPoolExecutor(max_workers=16), options=RAW + LIMITS)
        server.add_generic_rpc_handlers((Server(types),))
        print("port %d" % server.add_insecure_port("127.0.0.1:0"), flush=True)
        server.start()
        sys.stdin.read()
        server.stop(0).wait(5)
    else:
        client = Client(types, sys.argv[3])
        for case in CASES:
            try:
                getattr(client, case)()
                print("PASS " + case, flush=True)
            except Exception as error:
                print("FAIL %s %s" % (case, repr(error).replace("\n", " ")), flush=True)


main()
