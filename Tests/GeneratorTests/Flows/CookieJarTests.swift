import Foundation
import Testing

@testable import Generator

@Suite("Cookie jar")
struct CookieJarTests {
    /// A jar with the places and the time that its requests have.
    private struct Browser {
        var jar = CookieJar()
        var now: Int64 = 1_000_000

        private func at<Result>(_ url: String, _ body: (CookieJar.Destination) -> Result) -> Result {
            let isSecure = url.hasPrefix("https:")
            let rest = url.drop { $0 != "/" }.dropFirst(2)
            let host = rest.prefix { $0 != "/" && $0 != "?" }
            let target = rest.dropFirst(host.count)
            return Array(target.utf8).withUnsafeBufferPointer {
                body(CookieJar.Destination(host: Array(host.utf8), isSecure: isSecure, target: $0))
            }
        }

        mutating func take(_ field: String, from url: String = "http://example.com/") {
            var jar = jar
            Array(field.utf8).withUnsafeBufferPointer { bytes in at(url) { jar.take(bytes, from: $0, now: now) } }
            self.jar = jar
        }

        mutating func sent(to url: String = "http://example.com/") -> String {
            var jar = jar
            var output = ByteStore()
            defer { output.release() }
            at(url) { jar.appendField(for: $0, now: now, to: &output) }
            self.jar = jar
            return String(decoding: output.bytes, as: UTF8.self)
        }
    }

    /// What a jar that took one cookie sends.
    private func sent(_ field: String, from: String = "http://example.com/", to: String = "http://example.com/")
        -> String
    {
        var browser = Browser()
        browser.take(field, from: from)
        return browser.sent(to: to)
    }

    @Test("The examples of RFC 6265 §3.1")
    func examples() {
        var browser = Browser()
        browser.take("SID=31d4d96e407aad42")
        #expect(browser.sent(to: "http://example.com/any/path") == "SID=31d4d96e407aad42")
        // A default scope that Path and Domain widen.
        browser = Browser()
        browser.take("SID=31d4d96e407aad42; Path=/; Domain=example.com", from: "http://example.com/a/b")
        #expect(browser.sent(to: "http://www.example.com/x") == "SID=31d4d96e407aad42")
        // Two cookies, one of them for secure connections.
        browser = Browser()
        browser.take("SID=31d4d96e407aad42; Path=/; Secure; HttpOnly", from: "https://example.com/")
        browser.take("lang=en-US; Path=/; Domain=example.com", from: "https://example.com/")
        #expect(browser.sent(to: "https://example.com/") == "SID=31d4d96e407aad42; lang=en-US")
        #expect(browser.sent(to: "http://example.com/") == "lang=en-US")
        // One that lasts, then the same one from the past, which removes it.
        browser.take("lang=en-US; Expires=Wed, 09 Jun 2100 10:18:14 GMT; Domain=example.com")
        #expect(browser.sent(to: "https://example.com/") == "SID=31d4d96e407aad42; lang=en-US")
        browser.take("lang=; Expires=Sun, 06 Nov 1969 08:49:37 GMT; Domain=example.com")
        #expect(browser.sent(to: "https://example.com/") == "SID=31d4d96e407aad42")
    }

    @Test("Secure cookies are taken from trustworthy places only, go to them only, and are not replaced from elsewhere")
    func secure() {
        #expect(sent("a=b; Secure", to: "https://example.com/") == "")
        #expect(sent("a=b; Secure", from: "https://example.com/", to: "https://example.com/") == "a=b")
        #expect(sent("a=b; Secure", from: "https://example.com/") == "")
        for host in ["localhost", "127.0.0.1", "::1"] {
            let url = "http://\(host)/"
            #expect(sent("a=b; Secure", from: url, to: url) == "a=b")
        }
        for host in ["127.0.0.2", "a.localhost", "localhost.example.com", "::2"] {
            let url = "http://\(host)/"
            #expect(sent("a=b; Secure", from: url, to: url) == "")
        }
        var browser = Browser()
        browser.take("a=1; Secure", from: "https://example.com/")
        browser.take("a=2", from: "http://example.com/")
        #expect(browser.sent(to: "https://example.com/") == "a=1")
        browser.take("a=3", from: "https://example.com/")
        #expect(browser.sent(to: "http://example.com/") == "a=3")
    }

    @Test(
        "A name's prefix is a promise",
        arguments: [
            ("__Secure-a=b; Secure", true), ("__Secure-a=b", false), ("__SECURE-a=b", false),
            ("__Host-a=b; Secure; Path=/", true), ("__Host-a=b; Secure", false), ("__Host-a=b; Path=/", false),
            ("__Host-a=b; Secure; Path=/; Domain=example.com", false), ("__Hos-a=b", true),
        ])
    func prefixes(field: String, isTaken: Bool) {
        let isSent = !sent(field, from: "https://example.com/x", to: "https://example.com/").isEmpty
        #expect(isSent == isTaken)
    }

    @Test(
        "Name and value are what stands before and after the first equals sign",
        arguments: [
            ("a=b", "a=b"), (" a = b ; x", "a=b"), ("a=", "a="), ("a=b=c", "a=b=c"), ("a=\"b c\"", "a=\"b c\""),
            ("a=b;", "a=b"), ("a=b;;;=;=x;", "a=b"), ("a\t=\tb", "a=b"),
            // No name, no equals sign, controls: ignored.
            ("=b", ""), ("a", ""), ("", ""), (";a=b", ""), ("a;b=c", ""), ("a=b\u{1}", ""), ("a=b\r\nX: y", ""),
            ("a\u{7F}=b", ""), ("a=b; Path=/\u{0}", ""),
        ])
    func pairs(field: String, sent expected: String) {
        #expect(sent(field) == expected)
    }

    @Test("Bytes beyond ASCII come back as they were")
    func foreign() {
        var jar = CookieJar()
        let field: [UInt8] = Array("a=".utf8) + [0xFF, 0xC3, 0x28]
        var output = ByteStore()
        defer { output.release() }
        Array("/".utf8).withUnsafeBufferPointer { target in
            let location = CookieJar.Destination(host: Array("h".utf8), isSecure: false, target: target)
            field.withUnsafeBufferPointer { jar.take($0, from: location, now: 0) }
            jar.appendField(for: location, now: 0, to: &output)
        }
        #expect(Array(output.bytes) == field)
    }

    @Test(
        "Domains: whose cookie goes where (§5.1.3)",
        arguments: [
            // (Domain attribute, host that sets, host asked, whether it is sent)
            ("", "example.com", "example.com", true), ("", "example.com", "www.example.com", false),
            ("example.com", "example.com", "www.example.com", true),
            (".example.com", "www.example.com", "example.com", true),
            ("EXAMPLE.com", "www.example.com", "a.b.example.com", true),
            ("example.com", "www.example.com", "badexample.com", false),
            ("example.com", "www.example.com", "example.com.evil.org", false),
            // Not covered: the cookie is ignored.
            ("www.example.com", "example.com", "www.example.com", false),
            ("example.org", "example.com", "example.com", false),
            ("ple.com", "example.com", "example.com", false),
            // A whole top-level domain, with and without its root dot.
            ("com", "example.com", "example.com", false), (".com", "example.com", "other.com", false),
            ("com.", "example.com.", "example.com.", false),
            // A host without a dot may name itself, and gets a cookie of its own.
            ("localhost", "localhost", "localhost", true), ("localhost", "localhost", "a.localhost", false),
            ("localhost", "a.localhost", "a.localhost", false),
            // Only a dot: as without the attribute.
            (".", "example.com", "example.com", true), (".", "example.com", "www.example.com", false),
            // Addresses are the same or not.
            ("127.0.0.1", "127.0.0.1", "127.0.0.1", true), ("0.0.1", "127.0.0.1", "127.0.0.1", false),
            ("0.1", "127.0.0.1", "127.0.0.1", false), ("", "::1", "::1", true),
        ])
    func domains(domain: String, from: String, to: String, isSent: Bool) {
        let field = domain.isEmpty ? "a=b" : "a=b; Domain=\(domain)"
        #expect(sent(field, from: "http://\(from)/", to: "http://\(to)/") == (isSent ? "a=b" : ""))
    }

    @Test(
        "Paths: whose cookie goes where (§5.1.4)",
        arguments: [
            // (Path attribute, path that sets, path asked, whether it is sent)
            ("/", "/", "/", true), ("/", "/x", "/a/b", true), ("/a", "/", "/a", true), ("/a", "/", "/a/", true),
            ("/a", "/", "/a/b?c", true), ("/a", "/", "/a?c=/", true), ("/a", "/", "/ab", false),
            ("/a/", "/", "/a", false), ("/a/", "/", "/a/b", true), ("/a", "/", "/", false), ("/A", "/", "/a", false),
            // The default is the path that sets, up to its last slash.
            ("", "/", "/x", true), ("", "/a", "/b", true), ("", "/a/b", "/a", true), ("", "/a/b", "/a/c", true),
            ("", "/a/b", "/b", false), ("", "/a/b/", "/a/b", true), ("", "/a/b/", "/a", false),
            ("", "/a?x=/b/c", "/d", true), ("relative", "/a/b", "/a", true), ("relative", "/a/b", "/", false),
        ])
    func paths(path: String, from: String, to: String, isSent: Bool) {
        let field = path.isEmpty ? "a=b" : "a=b; Path=\(path)"
        #expect(sent(field, from: "http://h\(from)", to: "http://h\(to)") == (isSent ? "a=b" : ""))
    }

    @Test("Of an attribute given twice the last one counts, and Max-Age goes before Expires")
    func lastAttribute() {
        #expect(sent("a=b; Path=/x; Path=/") == "a=b")
        #expect(sent("a=b; Path=/; Path=/x") == "")
        #expect(sent("a=b; Domain=other.org; Domain=example.com", to: "http://www.example.com/") == "a=b")
        #expect(sent("a=b; Max-Age=9; Expires=Sun, 06 Nov 1994 08:49:37 GMT") == "a=b")
        #expect(sent("a=b; Expires=Wed, 09 Jun 2100 10:18:14 GMT; Max-Age=0") == "")
        #expect(sent("a=b; MAX-AGE=0") == "")
        // What can't be read counts for nothing.
        #expect(sent("a=b; Expires=never; Max-Age=1x; Max-Age=; Max-Age=+5; Domain=") == "a=b")
        #expect(sent("a=b; Max-Age=-1") == "")
    }

    @Test("Cookies end when they are said to")
    func ages() {
        var browser = Browser()
        browser.take("a=b; Max-Age=10")
        browser.take("forever=1; Max-Age=999999999999999999999999999999")
        browser.now += 9_999
        #expect(browser.sent() == "a=b; forever=1")
        browser.now += 1
        #expect(browser.sent() == "forever=1")
    }

    @Test("A cookie replaces the one of the same name, domain and path, and keeps its place")
    func replacement() {
        var browser = Browser()
        browser.take("a=1")
        browser.take("b=2")
        browser.take("a=3")
        #expect(browser.sent() == "a=3; b=2")
        // Whether it is for the host alone makes no other cookie (§5.3, 11), but another domain or path does.
        browser.take("a=4; Domain=example.com")
        browser.take("a=5; Domain=www.example.com", from: "http://www.example.com/")
        browser.take("a=6; Path=/x")
        #expect(browser.sent(to: "http://example.com/x") == "a=6; a=4; b=2")
        #expect(browser.sent(to: "http://www.example.com/") == "a=4; a=5")
        // Only the same one is deleted.
        browser.take("a=; Max-Age=0")
        #expect(browser.sent(to: "http://example.com/x") == "a=6; b=2")
        #expect(browser.sent(to: "http://www.example.com/") == "a=5")
    }

    @Test("Longer paths come first, among equal ones the older cookie")
    func order() {
        var browser = Browser()
        for (name, path) in [("one", "/"), ("two", "/a/b"), ("three", "/a"), ("four", "/a/b"), ("five", "/")] {
            browser.take("\(name)=; Path=\(path)")
        }
        #expect(browser.sent(to: "http://example.com/a/b/c") == "two=; four=; three=; one=; five=")
    }

    @Test("A jar holds 50 cookies of 4 KiB at most; the one not sent for the longest time goes")
    func bounds() {
        var browser = Browser()
        browser.take("keep=1")
        for number in 0..<49 { browser.take("c\(number)=; Path=/other") }
        #expect(browser.sent() == "keep=1")
        for number in 49..<98 { browser.take("c\(number)=; Path=/other") }
        #expect(browser.sent() == "keep=1")
        #expect(browser.sent(to: "http://example.com/other").split(separator: ";").count == 50)
        let most = String(repeating: "x", count: 4095)
        #expect(sent("n=\(most)") == "n=\(most)")
        #expect(sent("n=\(most)x") == "")
        // An endless attribute is passed over, the cookie is not.
        #expect(sent("n=1; Path=/\(String(repeating: "p", count: 100_000))") == "n=1")
    }

    @Test("Expired cookies make room before others go")
    func expiredFirst() {
        var browser = Browser()
        for number in 0..<49 { browser.take("c\(number)=; Max-Age=1") }
        browser.take("keep=1")
        browser.now += 1_000
        for number in 0..<49 { browser.take("d\(number)=") }
        #expect(browser.sent().hasPrefix("keep=1; d0="))
        #expect(browser.sent().split(separator: ";").count == 50)
    }

    @Test("Anything at all may be sent as a cookie")
    func hostile() {
        var random = SystemRandomNumberGenerator()
        var browser = Browser()
        let words = [
            "a", "=", ";", " ", "Path", "/", "Domain", ".", "Max-Age", "1", "Expires", "-", "\t", ",", "é", ":",
        ]
        for _ in 0..<20_000 {
            browser.take((0..<Int.random(in: 0...12, using: &random)).map { _ in words.randomElement() ?? "" }.joined())
        }
        #expect(!browser.sent().contains { $0.isNewline })
        #expect(browser.sent().split(separator: "; ").count <= 50)
    }
}

@Suite("Cookie field")
struct CookieFieldTests {
    private func request(_ text: String, cookies: String) -> String {
        var output = ByteStore()
        defer { output.release() }
        Array(text.utf8).withUnsafeBufferPointer { request in
            Array(cookies.utf8).withUnsafeBufferPointer {
                CookieField.append(request, CookieField.Parts(of: request), cookies: $0, to: &output)
            }
        }
        return String(decoding: output.bytes, as: UTF8.self)
    }

    @Test("Cookies stand at the end of the head, the body stays what it is")
    func added() {
        #expect(
            request("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 13\r\n\r\nCookie: x\r\n\r\n", cookies: "a=b")
                == "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 13\r\nCookie: a=b\r\n\r\nCookie: x\r\n\r\n")
    }

    @Test("They follow those that the step sends itself")
    func joined() {
        #expect(
            request("GET / HTTP/1.1\r\nCOOKIE: x=y\r\nHost: h\r\n\r\n", cookies: "a=b; c=d")
                == "GET / HTTP/1.1\r\nCOOKIE: x=y; a=b; c=d\r\nHost: h\r\n\r\n")
        #expect(
            request("GET / HTTP/1.1\r\nCookie: \r\nHost: h\r\n\r\n", cookies: "a=b")
                == "GET / HTTP/1.1\r\nCookie: a=b\r\nHost: h\r\n\r\n")
        #expect(
            request("GET / HTTP/1.1\r\nX-Cookie: x\r\n\r\n", cookies: "a=b")
                == "GET / HTTP/1.1\r\nX-Cookie: x\r\nCookie: a=b\r\n\r\n")
    }

    @Test("The head's end is found wherever it stands, and whatever looks like it")
    func headEnd() {
        for filler in 0..<9 {
            let head = "GET /" + String(repeating: "x", count: filler) + " HTTP/1.1\r\nA: \r\r\r\n\r\n"
            for body in ["", "\r\n\r\n", "x"] {
                Array((head + body).utf8).withUnsafeBufferPointer {
                    #expect(KeptRequest.headLength(of: $0) == head.utf8.count)
                }
            }
        }
        for text in ["", "\r", "\r\n\r", "GET / HTTP/1.1\r\n", "\n\n\n\n", "\r\n\n\r\n"] {
            Array(text.utf8).withUnsafeBufferPointer { #expect(KeptRequest.headLength(of: $0) == text.utf8.count) }
        }
    }
}
