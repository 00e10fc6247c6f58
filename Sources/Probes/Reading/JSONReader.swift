import Foundation
import Scenarios

/// Reads the number at a path of a JSON document, or how many elements, members or characters are there. `true` is 1 and
/// `false` 0; a text that is a number counts as one, since many programs print theirs in quotes.
struct JSONReader {
    var path: JSONPath
    var counts: Bool

    func number(in bytes: [UInt8]) throws(ProbeFailure) -> Double {
        guard let document = Self.document(bytes) else {
            throw ProbeFailure(
                reason: "\(SampleReader.shown(String(decoding: bytes.prefix(400), as: UTF8.self))) is not JSON")
        }
        guard let value = Self.value(at: path, in: document) else {
            throw ProbeFailure(reason: "the JSON has nothing at \(path.source)")
        }
        return counts ? try count(of: value) : try number(of: value)
    }

    /// The document. Some programs print `NaN` and `Infinity`, which JSON has not (Python's do): where they stand is null, so
    /// that they spoil no other number.
    private static func document(_ bytes: [UInt8]) -> Any? {
        func parsed(_ bytes: [UInt8]) -> Any? {
            try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
        }
        return parsed(bytes) ?? withoutNaN(bytes).flatMap(parsed)
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

    private static func value(at path: JSONPath, in document: Any) -> Any? {
        var value = document
        for element in path.elements {
            switch element {
            case .name(let name):
                guard let member = (value as? [String: Any])?[name] else { return nil }
                value = member
            case .index(let index):
                guard let list = value as? [Any] else { return nil }
                let place = index < 0 ? list.count + index : index
                guard list.indices.contains(place) else { return nil }
                value = list[place]
            }
        }
        return value
    }

    private func number(of value: Any) throws(ProbeFailure) -> Double {
        let number: Double? =
            switch value {
            case let text as String: ProbeNumber.parse(text)
            case let number as NSNumber: number.doubleValue
            default: nil
            }
        guard let number, number.isFinite else {
            throw ProbeFailure(reason: "\(path.source) is \(Self.kind(of: value)), which is not a number")
        }
        return number
    }

    private func count(of value: Any) throws(ProbeFailure) -> Double {
        switch value {
        case let text as String: return Double(text.count)
        case let list as [Any]: return Double(list.count)
        case let object as [String: Any]: return Double(object.count)
        default: throw ProbeFailure(reason: "\(path.source) is \(Self.kind(of: value)), which has no count")
        }
    }

    private static func kind(of value: Any) -> String {
        switch value {
        case let text as String: SampleReader.shown(text)
        case is [Any]: "a list"
        case is [String: Any]: "an object"
        case is NSNull: "null"
        default: "\(value)"
        }
    }
}
