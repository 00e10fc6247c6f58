import HTTPFields
import Testing

@Suite("Percent-encoding, tokens and media types")
struct EncodingTests {
    @Test("All bytes but unreserved ones are encoded, and come back")
    func everyByte() {
        let all = (0...255).map { UInt8($0) }
        for byte in all where byte < 128 {
            let text = String(Unicode.Scalar(byte))
            let isKept = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".contains(text)
            let encoded = PercentEncoding.encoded(text)
            #expect((encoded == text) == isKept, "\(byte)")
            #expect(isKept || encoded.utf8.count == 3)
            #expect(PercentEncoding.decoded(encoded) == text)
        }
        #expect(PercentEncoding.encoded("é /") == "%C3%A9%20%2F")
        #expect(PercentEncoding.decoded("%c3%A9+%20", plusIsSpace: true) == "é  ")
        #expect(PercentEncoding.decoded("a+b") == "a+b")
    }

    @Test("What is no encoding stays as it is")
    func noEncoding() {
        for text in ["%", "%4", "100%", "%zz", "%+5", "%-1", "% 41", "%%", "%\u{FF11}\u{FF11}"] {
            #expect(PercentEncoding.decoded(text) == text)
        }
        #expect(PercentEncoding.decoded("%%41") == "%A")
        #expect(PercentEncoding.decoded(Array("x%00y%41".utf8)[1...]) == [0, UInt8(ascii: "y"), UInt8(ascii: "A")])
    }

    @Test("Tokens are of the 77 characters of RFC 9110 §5.6.2")
    func tokens() {
        // 26 letters twice, 10 digits, 15 marks.
        #expect((0...255).count { FieldToken.isTokenByte(UInt8($0)) } == 26 * 2 + 10 + 15)
        for name in ["X-Request-Id", "a", "!#$%&'*+-.^_`|~"] { #expect(FieldToken.isToken(name)) }
        for name in ["", "a b", "a:", "é", "a\u{301}", "(x)", "a/b"] { #expect(!FieldToken.isToken(name), "\(name)") }
    }

    @Test("A media type is type/subtype in lower case; the last line that names one counts")
    func mediaTypes() throws {
        let html = try #require(MediaType(" Text/HTML ; Charset=\"UTF-8\"; charset=x"))
        #expect(html.essence == "text/html")
        #expect(html.charset == "utf-8")
        #expect(html.isMarkup && !html.isJSON)
        for text in [
            "", "text", "text/", "/html", "text / html", "text/html/x", "a,b/c", "text/ht ml", ";charset=utf-8",
        ] {
            #expect(MediaType(text) == nil, "\(text)")
        }
        #expect(MediaType(lines: ["text/html", "application/json", "?"])?.essence == "application/json")
        #expect(MediaType(lines: []) == nil)
        for type in ["application/json", "text/json", "application/problem+json"] {
            #expect(MediaType(type)?.isJSON == true, "\(type)")
        }
        #expect(MediaType("application/jsonl")?.isJSON == false)
        for type in ["text/xml", "application/xml", "image/svg+xml", "application/xhtml+xml", "application/rss+xml"] {
            #expect(MediaType(type)?.isMarkup == true, "\(type)")
        }
        #expect(MediaType("text/plain")?.isMarkup == false)
    }
}
