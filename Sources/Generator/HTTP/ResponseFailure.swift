import Measures

/// Why bytes are no HTTP/1.1 response, or one beyond our bounds.
package enum ResponseFailure: UInt8, Error, CaseIterable, BitwiseCopyable {
    case statusLine
    case answersInTLS
    case answersInHTTP2
    case headerField
    case headTooLarge
    case contentLength
    case transferCoding
    case chunk
    case chunkOverhead
    case contentCodings
    case tooManyInterimResponses
    case unexpectedUpgrade
    case leftover

    /// The message, with the name of the field that is malformed in a head.
    func message(in head: UnsafeBufferPointer<UInt8>) -> String {
        guard self == .headerField, let field = ResponseHeadParser.malformedField(in: head) else { return message }
        return "\(message): \(field)"
    }

    var message: String {
        switch self {
        case .statusLine: FailureText.statusLine
        case .answersInTLS: "the server answers in TLS: https:// is meant, or another port"
        case .answersInHTTP2: "the server answers in HTTP/2: defaults.http.version: 2 is meant, or another port"
        case .headerField: FailureText.headerField
        case .headTooLarge: "the answer's head is larger than \(ResponseReader.headBound / 1024) KiB"
        case .contentLength: FailureText.contentLength
        case .transferCoding: "the answer has a transfer coding that was not asked for"
        case .chunk: "a chunk of the answer is malformed"
        case .chunkOverhead:
            "the answer's chunk extensions and trailers are larger than \(ChunkedDecoder.overheadBound / 1024) KiB"
        case .contentCodings: "the answer has more than one content coding"
        case .tooManyInterimResponses: "more than \(ResponseReader.interimBound) 1xx answers came before the final one"
        case .unexpectedUpgrade: "the server switched protocols (101) without being asked"
        case .leftover: "bytes came after the end of the answer"
        }
    }
}
