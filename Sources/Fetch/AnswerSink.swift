import CCurl
import Measures

/// What has come of an answer, as libcurl's callbacks tell of it.
final class AnswerSink {
    /// All header lines together, interim answers included, in bytes.
    private static let maximumHead = 256 * 1024

    private(set) var fields: [HeaderLine] = []
    private(set) var body: [UInt8] = []
    /// Why the rest is not taken.
    private(set) var refusal: FetchFailure?

    private let maximumBody: Int
    private let keepsBody: Bool
    private var bodyBytes = 0
    private var headBytes = 0
    private var isHeadWhole = false

    init(maximumBody: Int, keepsBody: Bool = true) {
        self.maximumBody = maximumBody
        self.keepsBody = keepsBody
    }

    /// False where the transfer must end.
    func takeBody(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count <= maximumBody - bodyBytes else {
            refusal = FetchFailure(reason: "the answer's body is larger than \(maximumBody) bytes")
            return false
        }
        bodyBytes += bytes.count
        if keepsBody { body += bytes }
        return true
    }

    /// One line, with its end. False where the transfer must end.
    func takeLine(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        headBytes += bytes.count
        guard headBytes <= Self.maximumHead else {
            refusal = FetchFailure(reason: "the answer's head is larger than \(Self.maximumHead) bytes")
            return false
        }
        let line = String(decoding: bytes.prefix { $0 != 13 && $0 != 10 }, as: UTF8.self)
        if line.isEmpty {
            isHeadWhole = true
        } else if line.hasPrefix("HTTP/"), bodyBytes == 0 {
            // The next head: the one before was interim.
            fields = []
            isHeadWhole = false
        } else if !isHeadWhole {
            take(line)
        }
        // Lines after the head are trailers, which nobody asks for.
        return true
    }

    private func take(_ line: String) {
        if line.first == " " || line.first == "\t" {
            // A folded line (RFC 9112 §5.2).
            guard let last = fields.indices.last else { return }
            fields[last].value += " " + Self.trimmed(line[...])
            return
        }
        guard let colon = line.firstIndex(of: ":") else { return }
        let value = line[line.index(after: colon)...]
        fields.append(HeaderLine(Self.trimmed(line[..<colon]), Self.trimmed(value)))
    }

    private static func trimmed(_ text: Substring) -> String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        var text = text.drop(while: isBlank)
        while let last = text.last, isBlank(last) { text.removeLast() }
        return String(text)
    }
}

/// What libcurl calls; `context` is the sink.
enum AnswerCallbacks {
    static let body: curl_write_callback = { bytes, size, count, context in
        take(bytes, size * count, context) { $0.takeBody($1) }
    }

    static let line: curl_write_callback = { bytes, size, count, context in
        take(bytes, size * count, context) { $0.takeLine($1) }
    }

    /// Another number than all ends the transfer.
    private static func take(
        _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int, _ context: UnsafeMutableRawPointer?,
        _ body: (AnswerSink, UnsafeBufferPointer<UInt8>) -> Bool
    ) -> Int {
        guard let context else { preconditionFailure("libcurl passes on what it was given") }
        let sink = Unmanaged<AnswerSink>.fromOpaque(context).takeUnretainedValue()
        guard let bytes, count > 0 else { return 0 }
        return bytes.withMemoryRebound(to: UInt8.self, capacity: count) { bytes in
            body(sink, UnsafeBufferPointer(start: bytes, count: count)) ? count : -1
        }
    }
}
