/// Takes the chunked transfer coding apart (RFC 9112 §7.1), whatever pieces it arrives in.
struct ChunkedDecoder {
    private enum Phase: UInt8 {
        case size, sizeDigits, sizeExtension, sizeEnd, data, dataReturn, dataEnd
        case trailerStart, trailerLine, trailerEnd, complete
    }

    /// Extensions and trailers at most, in bytes over the whole message: nobody needs more, and they are not counted
    /// against the body's bound.
    static let overheadBound = 65_536

    private var phase = Phase.size
    private var remaining: UInt64 = 0
    private var overhead = 0

    var isComplete: Bool { phase == .complete }

    /// Consumes bytes up to the end of the message or of the input, and gives each run of data to `data`.
    mutating func consume(
        _ bytes: UnsafeBufferPointer<UInt8>, data: (UnsafeBufferPointer<UInt8>) -> Void
    ) throws(ResponseFailure) -> Int {
        var position = 0
        while position < bytes.count, phase != .complete {
            if phase == .data {
                let run = Int(min(remaining, UInt64(bytes.count - position)))
                data(UnsafeBufferPointer(rebasing: bytes[position..<(position + run)]))
                position += run
                remaining -= UInt64(run)
                if remaining == 0 { phase = .dataReturn }
            } else {
                try step(bytes[position])
                position += 1
            }
        }
        return position
    }

    private mutating func step(_ byte: UInt8) throws(ResponseFailure) {
        let carriageReturn = byte == UInt8(ascii: "\r")
        let lineFeed = byte == UInt8(ascii: "\n")
        switch phase {
        case .size, .sizeDigits:
            if let digit = Self.hexDigit(byte) {
                guard remaining >> 59 == 0 else { throw .chunk }
                remaining = remaining << 4 | digit
                phase = .sizeDigits
            } else if phase == .size {
                throw .chunk
            } else if carriageReturn {
                phase = .sizeEnd
            } else if lineFeed {
                sizeIsKnown()
            } else if byte == UInt8(ascii: ";") || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
                phase = .sizeExtension
            } else {
                throw .chunk
            }
        case .sizeExtension:
            try countOverhead()
            if lineFeed { sizeIsKnown() }
        case .sizeEnd:
            guard lineFeed else { throw .chunk }
            sizeIsKnown()
        case .dataReturn:
            guard carriageReturn || lineFeed else { throw .chunk }
            phase = lineFeed ? .size : .dataEnd
        case .dataEnd:
            guard lineFeed else { throw .chunk }
            phase = .size
        case .trailerStart:
            if lineFeed {
                phase = .complete
            } else {
                phase = carriageReturn ? .trailerEnd : .trailerLine
                try countOverhead()
            }
        case .trailerLine:
            try countOverhead()
            if lineFeed { phase = .trailerStart }
        case .trailerEnd:
            guard lineFeed else { throw .chunk }
            phase = .complete
        case .data, .complete: break
        }
    }

    private mutating func sizeIsKnown() { phase = remaining == 0 ? .trailerStart : .data }

    private mutating func countOverhead() throws(ResponseFailure) {
        overhead += 1
        if overhead > Self.overheadBound { throw .chunkOverhead }
    }

    /// A reader of its own, as `PercentEncoding.hexValue` is: it is asked for each byte on the way of an answer.
    private static func hexDigit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
