import Foundation
import Scenarios

/// Reads the number at a path of a JSON document, or how many elements, members or characters are there. `true` is 1 and
/// `false` 0; a text that is a number counts as one, since many programs print theirs in quotes.
struct JSONReader {
    var path: JSONPath
    var counts: Bool

    func number(in bytes: [UInt8]) throws(ProbeFailure) -> Double {
        guard let document = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed) else {
            throw ProbeFailure(
                reason: "\(SampleReader.shown(String(decoding: bytes.prefix(400), as: UTF8.self))) is no JSON")
        }
        guard let value = Self.value(at: path, in: document) else {
            throw ProbeFailure(reason: "the JSON has nothing at \(path.source)")
        }
        return counts ? try count(of: value) : try number(of: value)
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
            throw ProbeFailure(reason: "\(path.source) is \(Self.kind(of: value)), which is no number")
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
