/// One number, surrounded by blanks at most.
public struct NumberFormat: ProbeFormat {
    /// What `read:` says.
    public static let name = "number"

    /// Makes it; it takes no keys.
    public static func read(_ keys: ProbeFormatKeys) -> NumberFormat? {
        let why = "needs read: \(keys.formats(besides: name))"
        keys.refuse(value: why, filter: why)
        return NumberFormat()
    }

    /// Makes it.
    public init() {}

    /// The number.
    public func number(in bytes: [UInt8]) throws(ProbeFailure) -> Double {
        let text = try ProbeText.of(bytes)
        guard let number = ProbeNumber.parse(text) else {
            throw ProbeFailure(reason: "\(ProbeText.shown(text)) is not a number")
        }
        return number
    }
}

extension ProbeFormat where Self == NumberFormat {
    /// One number, surrounded by blanks at most.
    public static var number: NumberFormat { NumberFormat() }
}
