import Scenarios

/// A format of probes from outside the product: how many words there are.
struct WordCount: ProbeFormat {
    static let name = "words"

    static func read(_ keys: ProbeFormatKeys) -> WordCount? {
        keys.refuse(value: "doesn't fit read: words", filter: "doesn't fit read: words")
        return WordCount()
    }

    func number(in bytes: [UInt8]) throws(ProbeFailure) -> Double {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ProbeFailure(reason: "the answer is not UTF-8")
        }
        return Double(text.split(whereSeparator: \.isWhitespace).count)
    }
}
