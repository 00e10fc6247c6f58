import Measures
import Reports
import Scenarios
import Testing

@testable import Push

/// Put together here, so that no file holds a password of a URL.
private let password = ["hunter", "22"].joined()

@Suite("Where to push to") struct PushTargetTests {
    private func target(_ argument: String, _ environment: [String: String] = [:]) throws -> PushTarget {
        try PushTarget(argument, environment: environment)
    }

    private func problem(_ argument: String, _ environment: [String: String] = [:]) -> String? {
        do throws(UnusablePush) {
            _ = try PushTarget(argument, environment: environment)
            return nil
        } catch {
            return error.description
        }
    }

    @Test(
        "OpenTelemetry: the option's URL, then the environment's, then a collector on this machine",
        arguments: [
            ("otlp=http://127.0.0.1:4318/v1/metrics", [:], "http://127.0.0.1:4318/v1/metrics"),
            ("otlp=http://127.0.0.1:4318", [:], "http://127.0.0.1:4318/v1/metrics"),
            ("otlp=http://127.0.0.1:4318/", [:], "http://127.0.0.1:4318/v1/metrics"),
            ("otlp=https://otlp.example/otlp/x?y=1", [:], "https://otlp.example/otlp/x?y=1"),
            ("otlp", [:], "http://localhost:4318/v1/metrics"),
            ("otlp=", [:], "http://localhost:4318/v1/metrics"),
            ("otlp", ["OTEL_EXPORTER_OTLP_ENDPOINT": "https://a.example:4318"], "https://a.example:4318/v1/metrics"),
            ("otlp", ["OTEL_EXPORTER_OTLP_ENDPOINT": "https://a.example/otlp/"], "https://a.example/otlp/v1/metrics"),
            ("otlp", ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://b.example/m"], "http://b.example/m"),
            ("otlp", ["OTEL_EXPORTER_OTLP_ENDPOINT": ""], "http://localhost:4318/v1/metrics"),
            (
                "otlp=http://c.example", ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://a.example"],
                "http://c.example/v1/metrics"
            ),
            ("otlp=${env:COLLECTOR}/v1/metrics", ["COLLECTOR": "http://d.example:1"], "http://d.example:1/v1/metrics"),
        ] as [(String, [String: String], String)])
    func otlp(argument: String, environment: [String: String], url: String) throws {
        let target = try target(argument, environment)
        #expect(target.address.url == url)
        #expect(target.shown == "otlp \(url.prefix { $0 != "?" })")
    }

    @Test("OpenTelemetry: header fields, timeout, compression, TLS and attributes are the environment's")
    func variables() throws {
        let target = try target(
            "otlp",
            [
                "OTEL_EXPORTER_OTLP_HEADERS": "api-key=hunter22%2Cx, x-team = perf ",
                "OTEL_EXPORTER_OTLP_TIMEOUT": "2500",
                "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip", "OTEL_EXPORTER_OTLP_CERTIFICATE": "/a.pem",
                "OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE": "/c.pem", "OTEL_EXPORTER_OTLP_CLIENT_KEY": "/k.pem",
                "OTEL_RESOURCE_ATTRIBUTES": "service.name=other,deployment.environment=test%20bed",
                "OTEL_SERVICE_NAME": "load",
            ])
        #expect(
            target.fields == [
                HeaderLine("Content-Type", "application/json"), HeaderLine("api-key", "hunter22,x"),
                HeaderLine("x-team", "perf"),
            ])
        #expect(target.timeout == Span(seconds: 2.5))
        #expect(target.compresses)
        #expect(target.tls.authorities == "/a.pem")
        #expect(target.tls.certificate == "/c.pem")
        #expect(target.tls.key == "/k.pem")
        let text = String(decoding: target.format.message(PushFixtures.snapshot(seconds: 1)), as: UTF8.self)
        #expect(text.contains(#"{"key":"service.name","value":{"stringValue":"load"}}"#))
        #expect(!text.contains(#"{"stringValue":"other"}"#))
        #expect(text.contains(#"{"key":"deployment.environment","value":{"stringValue":"test bed"}}"#))
        var hidden = Secrets()
        target.hide(in: &hidden)
        #expect(hidden.redact("the key hunter22,x") == "the key ***")
    }

    @Test("InfluxDB: the token or the user of the environment, unless the URL names a user")
    func influx() throws {
        let url = "influx=http://127.0.0.1:8086/api/v2/write?org=o&bucket=b"
        func fields(_ argument: String, _ environment: [String: String]) throws -> [String] {
            try target(argument, environment).fields.values("Authorization")
        }
        #expect(try fields(url, [:]) == [])
        #expect(try fields(url, ["INFLUX_TOKEN": "abcdef=="]) == ["Token abcdef=="])
        let both = ["INFLUX_TOKEN": "abcdef==", "INFLUX_USERNAME": "eva"]
        let named = try target("influx=http://u%40x:p%3Aw@127.0.0.1:8086/write?db=k6", both)
        #expect(named.fields.values("Authorization") == [])
        #expect(named.user?.name == "u@x")
        #expect(named.user?.password == "p:w")
        #expect(named.address.url == "http://127.0.0.1:8086/write?db=k6")
        #expect(named.shown == "influx http://127.0.0.1:8086/write")
        let old = try target(
            "influx=http://127.0.0.1:8086/write?db=k6", ["INFLUX_USERNAME": "eva", "INFLUX_PASSWORD": "x"])
        #expect(old.user?.name == "eva")
        #expect(old.user?.password == "x")
        #expect(try target("influx=http://h/write?db=a&precision=ns").address.url.hasSuffix("precision=ns"))
    }

    @Test("What stands in a URL by ${env:…} stays in its place, and isn't shown")
    func secrets() throws {
        let odd = ["p@ss", "w:rd?"].joined(separator: "/")
        let environment = ["PW": odd, "KEY": "k&y=1#long"]
        let target = try target("influx=http://eva:${env:PW}@h/${env:KEY}/write?db=x&p=${env:KEY}", environment)
        #expect(target.user?.password == odd)
        #expect(target.address.url == "http://h/k%26y%3D1%23long/write?db=x&p=k%26y%3D1%23long")
        #expect(target.shown == "influx http://h/${env:KEY}/write")
        var hidden = Secrets()
        target.hide(in: &hidden)
        for text in ["k&y=1#long", "k%26y%3D1%23long", odd, "ZXZhOnBAc3Mvdzpk" + "P2FuZA=="] {
            #expect(!hidden.redact(text).contains("long"), "\(text)")
        }
        #expect(hidden.redact(odd) == "${env:PW}")
        // The whole URL may come from there: it is no secret, but for what it holds.
        let whole = try self.target("influx=${env:URL}", ["URL": "http://eva:\(password)@h:1/write?db=x"])
        #expect(whole.shown == "influx http://h:1/write")
    }

    @Test(
        "What leads nowhere is said, and no URL is shown",
        arguments: [
            ("", "--push wants KIND=URL, such as otlp=http://127.0.0.1:4318/v1/metrics"),
            (
                "http://eva:\(password)@h/write",
                "--push wants KIND=URL, such as otlp=http://127.0.0.1:4318/v1/metrics"
            ),
            ("graphite=http://h/", "--push graphite: there is no such kind (there are: otlp, influx)"),
            ("influxdb=http://h/write?db=x", "--push influxdb: there is no such kind (did you mean \"influx\"?)"),
            (
                "influx",
                "--push influx: wants a URL, such as influx=http://127.0.0.1:8086/api/v2/write?org=ORG&bucket=BUCKET"
            ),
            (
                "influx=http://127.0.0.1:8086",
                "--push influx: the URL wants a path: /api/v2/write?org=ORG&bucket=BUCKET, or /write?db=DB of InfluxDB 1"
            ),
            (
                "influx=http://h/write?db=x&precision=ms",
                "--push influx: times are sent in nanoseconds: leave precision out of the URL"
            ),
            ("otlp=h:4318", "--push otlp: the URL does not begin with http:// or https://"),
            ("otlp=grpc://h:4317", "--push otlp: the URL does not begin with http:// or https://"),
            ("otlp=http://", "--push otlp: the URL has no valid host"),
            ("otlp=http://a b/", "--push otlp: the URL has a blank or a control character: write it as %20"),
            ("otlp=http://h:0/", "--push otlp: the URL has a port that is not a number of 1 to 65535"),
            ("otlp=http://h/#x", "--push otlp: the URL has a fragment (#…), which no server gets"),
            ("otlp=http://${env:NOWHERE}/", "--push otlp: the environment has no variable NOWHERE"),
            ("otlp=http://h/${env:X", "--push otlp: a ${ has no }"),
            (
                "otlp=http://h/${file:x}",
                "--push otlp: ${file:x} is not ${env:NAME}, which is all that can stand in a URL here"
            ),
        ])
    func problems(argument: String, words: String) {
        #expect(problem(argument) == words)
    }

    @Test(
        "What the environment says wrong is said with the variable's name",
        arguments: [
            ("OTEL_EXPORTER_OTLP_HEADERS", "hunter22", "wants NAME=VALUE pairs with commas between them"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "=x", "wants NAME=VALUE pairs with commas between them"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "a b=x", "has a name or a value that no header field can have"),
            ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "a=x%0Ay", "has a name or a value that no header field can have"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "10s", "wants milliseconds, 1 to 3600000"),
            ("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd", "wants gzip or none"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "h:4317", "does not begin with http:// or https://"),
            ("OTEL_RESOURCE_ATTRIBUTES", "x", "wants NAME=VALUE pairs with commas between them"),
        ])
    func wrongVariables(name: String, value: String, words: String) {
        #expect(problem("otlp", [name: value]) == "--push otlp: \(name) \(words)")
    }

    @Test("gRPC is said, where nothing else says where to push to")
    func grpc() {
        let words =
            "--push otlp: the environment says OTEL_EXPORTER_OTLP_PROTOCOL=grpc, and Loadgate sends JSON over HTTP: "
            + "give the receiver's HTTP port, such as otlp=http://127.0.0.1:4318/v1/metrics"
        #expect(problem("otlp", ["OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"]) == words)
        #expect(problem("otlp=http://h", ["OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"]) == nil)
    }
}
