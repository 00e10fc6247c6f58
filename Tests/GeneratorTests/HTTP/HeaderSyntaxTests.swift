import HTTPFields
import Testing

@testable import Generator

@Suite("Header syntax")
struct HeaderSyntaxTests {
    @Test("The reader of answers and the one for all else have the same tokens, digits and kept characters")
    func same() {
        for byte in UInt8.min...UInt8.max {
            #expect(HeaderSyntax.isToken(byte) == FieldToken.isTokenByte(byte), "\(byte)")
            // As a value is written into a request, and as a text is encoded.
            var store = ByteStore()
            defer { store.release() }
            [byte].withUnsafeBufferPointer { store.append($0, escaped: .component) }
            if byte < 128 {
                let encoded = PercentEncoding.encoded(String(Unicode.Scalar(byte)))
                #expect(String(decoding: store.bytes, as: UTF8.self) == encoded)
            }
        }
    }

    @Test("Of several cookies of a name the last one counts that is not being deleted, as for browsers")
    func cookie() {
        func captured(_ head: String) -> String? {
            Array(head.utf8).withUnsafeBufferPointer { AnswerHead($0).cookie("sid") }
        }
        let date = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
        #expect(captured("HTTP/1.1 200 OK\r\nSet-Cookie: sid = \"a b\" ; Path=/\r\n\r\n") == "\"a b\"")
        #expect(captured("HTTP/1.1 200 OK\r\nSet-Cookie: sid=1\r\nset-cookie: sid=2\r\n\r\n") == "2")
        // As PHP renews a session: the old one is deleted before the new one is set, or after it for another path.
        let deleted = "Set-Cookie: sid=deleted; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0\r\n"
        #expect(captured("HTTP/1.1 200 OK\r\n\(date)\(deleted)Set-Cookie: sid=new\r\n\r\n") == "new")
        #expect(captured("HTTP/1.1 200 OK\r\nSet-Cookie: sid=new\r\n\(deleted)\(date)\r\n") == "new")
        #expect(captured("HTTP/1.1 200 OK\r\n\(deleted)\r\n") == nil)
        #expect(captured("HTTP/1.1 200 OK\r\nSet-Cookie: sidx=1; sid=2\r\nSet-Cookie: sid\r\n\r\n") == nil)
    }
}
