import Testing

@testable import Scenarios

@Suite struct HTTPSettingsTests {
    @Test("Everything that requests have of HTTP is read")
    func settings() throws {
        let text = minimal(
            """
            defaults:
              transport: curl
              source_addresses: [127.0.0.1, "::1"]
              http:
                version: 2
                streams: 7
                redirects: 50
                cookies: true
                compression: true
                proxy: http://me:${env:PASSWORD}@[::1]:3128/
                auth: {basic: {user: me, password: "${env:PASSWORD}"}}
                resolve: {"API.example:443": 127.0.0.1, "[::2]:80": "::1"}
            """)
        let scenario = try read(text, environment: ["PASSWORD": "p@ss-word"])
        let http = scenario.defaults.http
        #expect(scenario.defaults.transport == .curl)
        #expect(scenario.defaults.sources == ["127.0.0.1", "::1"])
        #expect(http.version == .http2)
        #expect(http.streams == 7)
        #expect(http.redirects == 50)
        #expect(http.cookies)
        #expect(http.compression)
        #expect(http.proxy?.text.shown == "http://me:${env:PASSWORD}@[::1]:3128/")
        #expect(http.proxy?.constant == "http://me:p@ss-word@[::1]:3128/")
        let password = Text(pieces: [.secret(value: "p@ss-word", shown: "${env:PASSWORD}")])
        #expect(http.authentication == .basic(user: Text("me"), password: password))
        #expect(
            http.resolve == [
                .init(host: "api.example", port: 443, address: "127.0.0.1"),
                .init(host: "::2", port: 80, address: "::1"),
            ])
        #expect(http.unixSocket == nil)
        #expect(scenario.steps[0].redirects == 50)
        #expect(scenario.steps[0].authentication == http.authentication)
    }

    @Test("A version is a text with and without quotes", arguments: ["2", "\"2\"", "1.1", "'1.1'"])
    func versions(version: String) throws {
        let read = try read(minimal("defaults: {http: {version: \(version)}}")).defaults.http.version
        #expect(read == (version.contains("2") ? .http2 : .http1))
    }

    @Test("A Unix socket is found from the scenario's folder, and need not be there yet")
    func unixSocket() throws {
        let text = minimal("defaults: {http: {unix_socket: run/app.sock}}")
        #expect(try read(text, file: "here/s.yaml").defaults.http.unixSocket == "here/run/app.sock")
        #expect(try read(text).defaults.http.unixSocket == "run/app.sock")
    }

    @Test(
        "Proxies of every scheme are taken",
        arguments: [
            "http://127.0.0.1:3128", "HTTPS://proxy.example:443", "socks5://[::1]:1080",
            "socks5h://u:p@127.0.0.1:9050/",
        ])
    func proxies(proxy: String) throws {
        #expect(try read(minimal("defaults: {http: {proxy: \"\(proxy)\"}}")).defaults.http.proxy?.text == Text(proxy))
    }

    @Test(
        "What is no proxy is refused, without showing the password that it may hold",
        arguments: [
            "127.0.0.1:3128", "ftp://127.0.0.1:3128", "http://127.0.0.1", "http://u:secret@127.0.0.1", "http://:3128",
            "http://127.0.0.1:0", "http://127.0.0.1:3128/path", "http://u:secret/x@127.0.0.1:3128", "http://a b:3128",
            "http://127.0.0.1:3128?q", "socks4://127.0.0.1:1080", "",
        ])
    func wrongProxies(proxy: String) {
        #expect(
            problems(minimal("defaults: {http: {proxy: \"\(proxy)\"}}")) == [
                "s.yaml:5:26: expected http, https, socks5 or socks5h, then ://[user:password@]host:port"
            ])
    }

    @Test(
        "Wrong settings say what is wrong and where",
        arguments: [
            ("http: {streams: 0}", ["s.yaml:5:28: expected a whole number from 1 to 1000, found \"0\""]),
            ("http: {streams: 1001}", ["s.yaml:5:28: expected a whole number from 1 to 1000, found \"1001\""]),
            ("http: {redirects: 51}", ["s.yaml:5:30: expected a whole number from 0 to 50, found \"51\""]),
            ("http: {redirects: -1}", ["s.yaml:5:30: expected a whole number from 0 to 50, found \"-1\""]),
            ("http: {cookies: some}", ["s.yaml:5:28: expected true, false or fresh, found \"some\""]),
            (
                "http: {resolve: {api.example: 127.0.0.1}}",
                ["s.yaml:5:29: expected host:port such as api.example:443, found \"api.example\""]
            ),
            (
                "http: {resolve: {\"a:1\": b}}",
                ["s.yaml:5:36: expected a numeric address such as 127.0.0.1 or ::1, found \"b\""]
            ),
            (
                "http: {resolve: {\"a:1\": \"::1\", \"A:1\": \"::2\"}}",
                ["s.yaml:5:43: \"A:1\" occurs more than once"]
            ),
            (
                "http: {unix_socket: a.sock, proxy: \"http://127.0.0.1:1\"}",
                ["s.yaml:5:19: a Unix socket can't be reached by a proxy"]
            ),
            (
                "http: {unix_socket: \"\(String(repeating: "s", count: 108))\"}",
                ["s.yaml:5:32: expected the path of a Unix socket, of 1 to 107 bytes"]
            ),
            ("http: {unix_socket: \"\"}", ["s.yaml:5:32: expected the path of a Unix socket, of 1 to 107 bytes"]),
            (
                "source_addresses: [localhost, 127.0.0.1, \"[::1]\", 1.2.3, \"::1\\0x\"]",
                [
                    "s.yaml:5:31: expected a numeric address such as 127.0.0.1 or ::1, found \"localhost\"",
                    "s.yaml:5:54: expected a numeric address such as 127.0.0.1 or ::1, found \"[::1]\"",
                    "s.yaml:5:62: expected a numeric address such as 127.0.0.1 or ::1, found \"1.2.3\"",
                    "s.yaml:5:69: expected a numeric address such as 127.0.0.1 or ::1, found \"::1 x\"",
                ]
            ),
            (
                "source_addresses: 127.0.0.1",
                ["s.yaml:5:30: expected a list of addresses, found \"127.0.0.1\""]
            ),
        ])
    func wrong(settings: String, expected: [String]) {
        #expect(problems(minimal("defaults: {\(settings)}")) == expected)
    }

    @Test("With transport native, what only libcurl has is a problem at each key")
    func native() throws {
        let folder = try TemporaryFolder()
        try folder.write("a.txt", "a")
        let text = """
            name: tiny
            target: http://127.0.0.1:8080
            load: [{users: 1, for: 1s}]
            defaults:
              transport: native
              http:
                version: 2
                redirects: 1
                compression: true
                proxy: http://127.0.0.1:3128
                cookies: true
                resolve: {"a:1": 127.0.0.1}
                auth: {digest: {user: a, password: b}}
            flows:
              main:
                steps:
                  - {name: a, get: /, redirects: 3, auth: {aws: {region: r, service: s, key_id: k, secret_key: s}}}
                  - {name: b, post: /, multipart: {a: b}}
                  - {name: c, post: /, upload: a.txt, redirects: 0, auth: {basic: {user: a, password: b}}}
            """
        #expect(
            problems(text, file: folder.path + "/s.yaml").map { $0.replacing(folder.path + "/", with: "") } == [
                "s.yaml:8:5: \"redirects\" needs transport curl or auto",
                "s.yaml:9:5: \"compression\" needs transport curl or auto",
                "s.yaml:10:5: \"proxy\" needs transport curl or auto",
                "s.yaml:13:12: \"digest\" needs transport curl or auto",
                "s.yaml:17:27: \"redirects\" needs transport curl or auto",
                "s.yaml:17:48: \"aws\" needs transport curl or auto",
                "s.yaml:18:28: \"multipart\" needs transport curl or auto",
                "s.yaml:19:28: \"upload\" needs transport curl or auto",
            ])
        #expect(problems(text.replacing("native", with: "auto"), file: folder.path + "/s.yaml") == [])
        #expect(
            problems(minimal("defaults: {transport: native, http: {unix_socket: a}}")) == [
                "s.yaml:5:38: \"unix_socket\" needs transport curl or auto"
            ])
        #expect(
            problems(
                minimal("defaults: {transport: native, http: {version: 1.1, redirects: 0, compression: false}}")) == [])
    }

    @Test("A step's redirects replace the default")
    func redirects() throws {
        let text = withStep("get: /", "redirects: 0", before: "defaults: {http: {redirects: 5}}")
        #expect(try read(text).steps[0].redirects == 0)
        #expect(
            problems(withStep("get: /", "redirects: 51")) == [
                "s.yaml:10:20: expected a whole number from 0 to 50, found \"51\""
            ])
    }

    @Test(
        "Names are looked up by TTL unless something else is said",
        arguments: [
            ("", DNSSettings.Refresh.ttl), ("dns: {refresh: ttl}", .ttl), ("dns: {refresh: never}", .never),
            ("dns: {refresh: 100ms}", .every(.milliseconds(100))), ("dns: {pick: random}", .ttl),
        ])
    func refresh(defaults: String, expected: DNSSettings.Refresh) throws {
        let scenario = try read(
            """
            name: s
            target: http://api.test
            defaults: {\(defaults)}
            flows: {a: {steps: [{get: /}]}}
            load: [{users: 1, for: 1s}]
            """)
        #expect(scenario.defaults.dns.refresh == expected)
        #expect(scenario.defaults.dns.pick == (defaults.contains("pick") ? .random : .first))
        #expect(scenario.defaults.dns.server == nil)
    }

    @Test(
        "Settings of names that mean nothing are refused",
        arguments: [
            ("refresh: often", "expected ttl, never, or a duration such as 5s, found \"often\""),
            ("refresh: 10ms", "expected a duration of at least 100ms, found \"10ms\""),
            ("server: dns.test:53", "expected the address and port of a name server, such as 127.0.0.1:53"),
            ("server: 127.0.0.1", "expected the address and port of a name server, such as 127.0.0.1:53"),
            ("pick: last", "\"last\""),
        ])
    func badNames(dns: String, problem: String) {
        let found = problems(
            """
            name: s
            target: http://api.test
            defaults: {dns: {\(dns)}}
            flows: {a: {steps: [{get: /}]}}
            load: [{users: 1, for: 1s}]
            """)
        #expect(found.count == 1 && found[0].contains(problem), "\(found)")
    }

}
