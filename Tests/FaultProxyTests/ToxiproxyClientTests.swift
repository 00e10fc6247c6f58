import Foundation
import Scenarios
import TestSupport
import Testing

@testable import FaultProxy

/// Clients that are written for Toxiproxy, from PyPI.
@Suite("Clients of Toxiproxy") struct ToxiproxyClientTests {
    /// Runs a program of Python; what fails in it fails the test.
    private func python(_ module: String, _ program: String, _ arguments: [String]) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("client.py", program)
        let words = [try Python.path(importing: module), file] + arguments
        let result = try Binary.shell(words.map { "'\($0)'" }.joined(separator: " "), in: folder.url)
        #expect(result.code == 0, "\(result.output)\(result.errors)")
    }

    @Test("toxiproxy-python makes proxies and toxics, changes and removes them") func toxiproxyPython() throws {
        let course = try Course()
        let api = try course.proxy.serveAPI(on: HostPort(host: "127.0.0.1", port: 0))
        try python(
            "toxiproxy",
            """
            import socket, sys, time
            import toxiproxy
            from toxiproxy.exceptions import NotFound, ProxyExists
            from toxiproxy.api import APIConsumer
            APIConsumer.port = int(sys.argv[1])
            client = toxiproxy.Toxiproxy()
            client.update_api_consumer("127.0.0.1", int(sys.argv[1]))
            assert client.running() and client.version()
            upstream = socket.create_server(("127.0.0.1", 0))
            proxy = client.create(name="q", listen="127.0.0.1:0", upstream="127.0.0.1:%d" % upstream.getsockname()[1])
            assert set(client.proxies()) == {"p", "q"}
            try:
                APIConsumer.post("/proxies", json={"name": "q", "upstream": "127.0.0.1:1"})
                raise SystemExit("made twice")
            except ProxyExists:
                pass
            place = client.get_proxy("q").listen.split(":")
            def connect():
                return socket.create_connection((place[0], int(place[1])))
            proxy.add_toxic(type="latency", attributes={"latency": 120})
            assert [toxic.name for toxic in proxy.toxics().values()] == ["latency_downstream"]
            near = connect()
            far = upstream.accept()[0]
            begin = time.monotonic()
            far.sendall(b"x")
            assert near.recv(1) == b"x" and time.monotonic() - begin >= 0.12
            proxy.destroy_toxic("latency_downstream")
            assert not proxy.toxics()
            proxy.disable()
            try:
                connect()
                raise SystemExit("not refused")
            except ConnectionRefusedError:
                pass
            proxy.enable()
            connect().close()
            assert client.reset()
            assert client.destroy(client.get_proxy("q"))
            try:
                APIConsumer.get("/proxies/q")
                raise SystemExit("still there")
            except NotFound:
                pass
            """, ["\(api.port)"])
        #expect(throws: ProxyError.self) { try course.proxy.counts("q") }
    }

    @Test("chaostoolkit-toxiproxy makes proxies and toxics, and probes them") func chaosToolkit() throws {
        let course = try Course()
        let api = try course.proxy.serveAPI(on: HostPort(host: "127.0.0.1", port: 0))
        try python(
            "chaostoxi",
            """
            import sys
            from chaostoxi.proxy import actions as proxies, probes
            from chaostoxi.toxic import actions as toxics
            settings = {"toxiproxy_host": "127.0.0.1", "toxiproxy_port": sys.argv[1]}
            # Its default is all addresses.
            assert proxies.create_proxy("q", "127.0.0.1", 9, listen_host="127.0.0.1", configuration=settings)
            assert probes.proxy_exist("q", configuration=settings)
            assert toxics.create_latency_toxic("q", "slow", 100, jitter=5, configuration=settings)
            assert toxics.create_bandwith_degradation_toxic("q", "narrow", 100, configuration=settings)
            toxics.delete_toxic("q", "slow", configuration=settings)
            assert proxies.disable_proxy("q", configuration=settings)
            assert proxies.enable_proxy("q", configuration=settings)
            proxies.reset(configuration=settings)
            proxies.delete_proxy("q", configuration=settings)
            assert not probes.proxy_exist("q", configuration=settings)
            """, ["\(api.port)"])
        #expect(throws: ProxyError.self) { try course.proxy.counts("q") }
    }
}
