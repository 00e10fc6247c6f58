import Foundation
import Testing

/// What is written once: each line tells what it is, a text that only its implementation holds, and the files that may hold it.
/// A file that comes to hold one writes again what is there, or says here why it must.
@Suite("One of each")
struct OneOfEachTests {
    struct Single: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// A regular expression, by lines.
        var pattern: String
        /// Names of files in `Sources`.
        var files: Set<String>

        init(_ name: String, _ pattern: String, _ files: String...) {
            testDescription = name
            self.pattern = pattern
            self.files = Set(files)
        }
    }

    static let singles = [
        Single("a number with its noun", #"== 1 \? "" : "s""#, "Counted.swift"),
        Single(
            "the start of programs", #"\b(v?fork|posix_spawnp?|execvp?e?|popen|system)\(|\bProcess\(\)"#, "keeper.c"),
        Single("the reader of Set-Cookie", #""httponly""#, "SetCookie.swift"),
        // Answers are read byte by byte, and tokens of structured fields have two characters more (RFC 9651 §3.3.4).
        Single(
            "tokens", #"!#\$%&'\*\+-"#, "FieldToken.swift", "HeaderSyntax.swift", "StructuredFieldList.swift"),
        Single("percent-encoding", "0123456789ABCDEF", "PercentEncoding.swift"),
        // The scanner has no words and builds nothing, and texts of paths stand in either kind of quotes; the other two look for
        // secrets in the code of any language.
        Single(
            "escapes of JSON", "0xD800", "JSONParser.swift", "JSONQueryParser.swift", "JSONScanner.swift",
            "Escape.swift", "CodedText.swift"),
        // What other programs' reports hold is looked at as it comes.
        Single("JSON by Foundation's values", "JSONSerialization", "ExternalScan.swift"),
        // Parts of base64, whatever stands before them.
        Single("base64", #"abcdefghijklmnopqrstuvwxyz0123456789\+/"#, "SecretForms.swift"),
        Single(
            "what all transfers of libcurl have",
            "CURLOPT_(NOSIGNAL|PROTOCOLS|CAINFO|SSLVERSION|CONNECTTIMEOUT_MS|KEYPASSWD)", "shim.h"),
        Single("the calendar", #""Jan", "Feb""#, "CivilDate.swift"),
        Single("the system's words of Foundation's errors", "NSUnderlyingErrorKey", "SystemWords.swift"),
    ]

    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The files that hold a pattern: names by folder of the package. What shares nothing with the harness, or is no part of it,
    /// is left out.
    private static func files(in folder: String, with pattern: String) throws -> Set<String> {
        let expression = try Regex(pattern)
        let base = root.appendingPathComponent(folder)
        let found = try #require(FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil))
        var files: Set<String> = []
        for case let file as URL in found where ["swift", "c", "h"].contains(file.pathExtension) {
            let others = ["PaintboxTarget", "paintbox-target", "websocket-conformance", "fuzz"]
            if file.pathComponents.contains(where: others.contains) { continue }
            if file.lastPathComponent == "OneOfEachTests.swift" { continue }
            if try String(contentsOf: file, encoding: .utf8).contains(expression) {
                files.insert(file.lastPathComponent)
            }
        }
        return files
    }

    @Test("What is written once stands in its place alone", arguments: singles)
    func once(_ single: Single) throws {
        #expect(try Self.files(in: "Sources", with: single.pattern) == single.files)
    }

    @Test("Tests have one nginx, and one loop that accepts connections")
    func testServers() throws {
        #expect(try Self.files(in: "Tests", with: "daemon off") == ["Nginx.swift"])
        #expect(try Self.files(in: "Tests/TestSupport", with: #"errno == ECONNABORTED"#) == ["ThreadedListener.swift"])
    }
}
