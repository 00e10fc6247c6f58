/// The number at a path of a JSON document, or how many elements, members or characters are there. `true` is 1 and
/// `false` 0; a text that is a number counts as one, since many programs print theirs in quotes.
public struct JSONFormat: ProbeFormat {
    /// What `read:` says.
    public static let name = "json"

    /// Where the value is.
    public var path: JSONPath
    /// Whether elements, members or characters are counted; of a path to several values, how many there are. Otherwise
    /// several are added up.
    public var counts: Bool

    /// Makes it of its keys: `value` has the path, and may have `count` after it.
    public static func read(_ keys: ProbeFormatKeys) -> JSONFormat? {
        keys.refuse(filter: "doesn't fit read: json")
        guard let node = keys.value else {
            keys.reading.report(keys.location, "read: json needs a value: a path such as $.pool.active")
            return nil
        }
        guard let text = keys.reading.name(node, "a JSON path such as $.pool.active") else { return nil }
        var cursor = Cursor(text)
        do throws(GrammarError) {
            let path = try JSONPath.parseQuery(&cursor)
            cursor.skipSpaces()
            let offset = cursor.offset
            let counts = cursor.take(word: "count")
            cursor.skipSpaces()
            guard cursor.isAtEnd else {
                throw GrammarError(offset: offset, message: "expected count or the end after the JSON path")
            }
            return JSONFormat(path: path, counts: counts)
        } catch {
            keys.reading.report(node, error)
            return nil
        }
    }

    /// The number.
    public func number(in bytes: [UInt8]) throws(ProbeFailure) -> Double {
        // Some programs begin with a byte order mark, which is no JSON, but ignored by most readers (RFC 8259 §8.1).
        let given = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        guard let document = Self.document(given) else {
            throw ProbeFailure(
                reason: "\(ProbeText.shown(String(decoding: bytes.prefix(400), as: UTF8.self))) is not JSON")
        }
        let found = document.withUnsafeBufferPointer { bytes in
            (try? JSONScanner.findAll(path, in: bytes))?.map { Value($0) }
        }
        guard let found else { throw ProbeFailure(reason: "\(path.source) takes too many steps in this JSON") }
        if path.leadsToSeveral {
            if counts { return Double(found.count) }
            guard !found.isEmpty else { throw ProbeFailure(reason: "the JSON has nothing at \(path.source)") }
            var sum = 0.0
            for value in found { sum += try number(of: value) }
            return sum
        }
        guard let value = found.first else { throw ProbeFailure(reason: "the JSON has nothing at \(path.source)") }
        return counts ? try count(of: value) : try number(of: value)
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
        var index = 0
        var isInText = false
        var isChanged = false
        while index < bytes.count {
            let byte = bytes[index]
            if isInText, byte == UInt8(ascii: "\\"), index + 1 < bytes.count {
                result += bytes[index...(index + 1)]
                index += 2
                continue
            }
            if byte == UInt8(ascii: "\"") { isInText.toggle() }
            if !isInText, let word = words.first(where: { bytes[index...].starts(with: $0) }) {
                result += Array("null".utf8)
                index += word.count
                isChanged = true
                continue
            }
            result.append(byte)
            index += 1
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
        case .text: ProbeText.shown(value.text)
        case .array: "a list"
        case .object: "an object"
        case .null, .boolean, .number: String(value.text.prefix(40))
        }
    }
}

extension ProbeFormat where Self == JSONFormat {
    /// The number at a path, or how many elements, members or characters are there.
    public static func json(_ path: JSONPath, counts: Bool) -> JSONFormat { JSONFormat(path: path, counts: counts) }
}
