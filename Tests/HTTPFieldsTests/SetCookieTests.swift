import HTTPFields
import Testing

@Suite("Set-Cookie")
struct SetCookieTests {
    private func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

    @Test("Name, value and all attributes are read without the blanks around them")
    func attributes() throws {
        let cookie = try #require(
            SetCookie(" sid = a=b ; path = /x; DOMAIN=.Example.COM;secure; HttpOnly;samesite=LAX; Max-Age=60 ; x=y"))
        #expect(text(cookie.name) == "sid")
        #expect(text(cookie.value) == "a=b")
        #expect(text(cookie.path) == "/x")
        #expect(text(cookie.domain) == "example.com")
        #expect(cookie.isSecure && cookie.isHTTPOnly)
        #expect(cookie.sameSite == "lax")
        #expect(cookie.maxAge == 60)
        #expect(cookie.expires == nil)
    }

    @Test(
        "What browsers ignore is no cookie (RFC 6265bis §5.6, §5.7)",
        arguments: [
            "", "=", " ; Secure", "a=b\u{0}", "a=\u{7F}", "a=b\r\nX: y", "__Host-a", "=__Secure-a=1",
            "__SECURE-x; Secure",
            // 4,097 bytes of name and value.
            "a=\(String(repeating: "x", count: 4096))",
        ])
    func ignored(field: String) {
        #expect(SetCookie(field) == nil)
    }

    @Test("A cookie without a name has all of the pair as its value")
    func nameless() throws {
        for field in ["abc; Secure", "=abc; Secure", " = abc;Secure"] {
            let cookie = try #require(SetCookie(field))
            #expect(cookie.name.isEmpty)
            #expect(text(cookie.value) == "abc")
            #expect(cookie.isSecure)
        }
        // 4,096 bytes are as many as there may be.
        #expect(SetCookie("a=\(String(repeating: "x", count: 4095))") != nil)
    }

    @Test("Delimiters are bytes: no combining character hides one")
    func combining() throws {
        let cookie = try #require(SetCookie("a=\u{301}b;\u{301}x;Secure"))
        #expect(text(cookie.name) == "a")
        #expect(text(cookie.value) == "\u{301}b")
        #expect(cookie.isSecure)
    }

    @Test("Of attributes given twice the last one counts, unless it is no number or date, or too long")
    func last() throws {
        let long = String(repeating: "1", count: 1025)
        let cookie = try #require(
            SetCookie(
                "a=b; Max-Age=5; Max-Age=x; Max-Age=-; Max-Age=\(long); Domain=a.example; Domain=; Path=/a; Path=b; "
                    + "Expires=Sun, 06 Nov 1994 08:49:37 GMT; Expires=never"))
        #expect(cookie.maxAge == 5)
        #expect(cookie.domain == nil)
        #expect(cookie.path == nil)
        // 784,111,777 seconds from 1970 to then (RFC 9110 §5.6.7 has the date).
        #expect(cookie.expires == 784_111_777_000)
    }

    @Test("Max-Age goes before Expires; a century is the most, and what is below 0 is 0")
    func ends() throws {
        func end(_ attributes: String) throws -> Int64 {
            try #require(SetCookie("a=b; \(attributes)")).end(receivedAt: 1000)
        }
        #expect(try end("Secure") == .max)
        #expect(try end("Max-Age=60") == 61_000)
        #expect(try end("Max-Age=0") == .min)
        #expect(try end("Max-Age=-99999999999999999999") == .min)
        // 3,155,760,000 s are 100 years of 365.25 days.
        #expect(try end("Max-Age=99999999999999999999") == 3_155_760_001_000)
        #expect(try end("Expires=Thu, 01 Jan 1970 00:00:09 GMT") == 9_000)
        #expect(try end("Expires=Thu, 01 Jan 1970 00:00:09 GMT; Max-Age=60") == 61_000)
    }

    @Test("A cookie is being deleted where it ends by the time of the answer")
    func deletion() throws {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT"
        let ends = try #require(SetCookie("a=b; Expires=\(date)"))
        #expect(ends.isDeletion(at: date))
        #expect(!ends.isDeletion(at: "Sun, 06 Nov 1994 08:49:36 GMT"))
        #expect(ends.isDeletion(at: nil))
        #expect(try !#require(SetCookie("a=b; Expires=Wed, 01 Jan 2025 00:00:00 GMT")).isDeletion(at: nil))
        #expect(try !#require(SetCookie("a=b")).isDeletion(at: date))
        #expect(try #require(SetCookie("a=b; Max-Age=-1")).isDeletion(at: date))
    }

    @Test("Prefixes keep their promise, regardless of case")
    func prefixes() throws {
        func fault(_ field: String) throws -> SetCookie.PrefixFault? { try #require(SetCookie(field)).prefixFault }
        #expect(try fault("a=b") == nil)
        #expect(try fault("__Secure-a=b") == .notSecure)
        #expect(try fault("__secure-a=b; Secure") == nil)
        #expect(try fault("__HOST-a=b; Path=/") == .notSecure)
        #expect(try fault("__Host-a=b; Secure; Path=/; Domain=h") == .hasDomain)
        #expect(try fault("__Host-a=b; Secure") == .lacksRootPath)
        #expect(try fault("__Host-a=b; Secure; Path=/x") == .lacksRootPath)
        #expect(try fault("__Host-a=b; Secure; Path=/") == nil)
        #expect(try fault("__Hosta=b") == nil)
    }
}
