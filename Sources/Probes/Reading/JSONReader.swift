import Scenarios

/// Reads the number at a path of a JSON document, or how many elements, members or characters are there. `true` is 1 and
/// `false` 0; a text that is a number counts as one, since many programs print theirs in quotes.
struct JSONReader {
    var path: JSONPath
    var counts: Bool

    func number(in bytes: [UInt8]) throws(ProbeFailure) -> Double {
        // Some programs begin with a byte order mark, which is no JSON, but ignored by most readers (RFC 8259 §8.1).
        let given = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        guard let document = Self.document(given) else {
            throw ProbeFailure(
                reason: "\(SampleReader.shown(String(decoding: bytes.prefix(400), as: UTF8.self))) is not JSON")
        }
        let found = document.withUnsafeBufferPointer { bytes in
            (try? JSONScanner.find(path, in: bytes)).map { Value($0) }
        }
        guard let found else { throw ProbeFailure(reason: "the JSON has nothing at \(path.source)") }
        return counts ? try count(of: found) : try number(of: found)
    }

    /// What was found, apart from the document's memory.
    private struct Value {
        var kind: JSONScanner.Kind
        /// A text without its quotes and escapes; any other value as it is written.
        var text: String
        var count: Int?

        init(_ slice: JSONScanner.Slice) {
            kind = slice.kind
            text = JSONScanner.text(of: slice) ?? String(decoding: slice.bytes, as: UTF8.self)
            count = try? JSONScanner.count(of: slice)
        }
    }

    /// The document, which must be one value. Some programs print `NaN` and `Infinity`, which JSON has not (Python's do):
    /// where they stand is null, so that they spoil no other number.
    private static func document(_ bytes: [UInt8]) -> [UInt8]? {
        func isWhole(_ bytes: [UInt8]) -> Bool {
            bytes.withUnsafeBufferPointer { JSONScanner.wholeness(of: $0, orLines: false) == .whole }
        }
        return isWhole(bytes) ? bytes : withoutNaN(bytes).flatMap { isWhole($0) ? $0 : nil }
    }

    /// The bytes with null for each `NaN`, `Infinity` and `-Infinity` outside texts; nil where there is none.
    private static func withoutNaN(_ bytes: [UInt8]) -> [UInt8]? {
        let words = ["NaN", "-Infinity", "Infinity"].map { Array($0.utf8) }
        var result: [UInt8] = []
        var place = 0
        var isInText = false
        var isChanged = false
        while place < bytes.count {
            let byte = bytes[place]
            if isInText, byte == UInt8(ascii: "\\"), place + 1 < bytes.count {
                result += bytes[place...(place + 1)]
                place += 2
                continue
            }
            if byte == UInt8(ascii: "\"") { isInText.toggle() }
            if !isInText, let word = words.first(where: { bytes[place...].starts(with: $0) }) {
                result += Array("null".utf8)
                place += word.count
                isChanged = true
                continue
            }
            result.append(byte)
            place += 1
        }
        return isChanged ? result : nil
    }

    private func number(of value: Value) throws(ProbeFailure) -> Double {
        let number: Double? =
            switch value.kind {
            case .text: ProbeNumber.parse(value.text)
            case .number: Double(value.text)
            case .boolean: value.text == "true" ? 1 : 0
            case .null, .array, .object: nil
            }
        guard let number, number.isFinite else {
            throw ProbeFailure(reason: "\(path.source) is \(Self.shown(value)), which is not a number")
        }
        return number
    }

    private func count(of value: Value) throws(ProbeFailure) -> Double {
        guard let count = value.count else {
            throw ProbeFailure(reason: "\(path.source) is \(Self.shown(value)), which has no count")
        }
        return Double(count)
    }

    private static func shown(_ value: Value) -> String {
        switch value.kind {
        case .text: SampleReader.shown(value.text)
        case .array: "a list"
        case .object: "an object"
        case .null, .boolean, .number: String(value.text.prefix(40))
        }
    }
}
