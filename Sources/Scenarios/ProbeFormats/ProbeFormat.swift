/// A way to read the number that a probe is after from what a program printed or a server answered: what `read:` may say.
///
/// The reader, the schema and the documentation know a format by this and by its index in `ProbeFormats`. The code below is
/// pure: it is given bytes and gives a number.
public protocol ProbeFormat: Sendable, Equatable {
    /// What `read:` says, e.g. `json`.
    static var name: String { get }

    /// Makes it of the keys `value` and `where`; what is wrong is reported, and nil given then.
    static func read(_ keys: ProbeFormatKeys) -> Self?

    /// The number.
    ///
    /// - Throws: Why there is none, as a user reads it. It may quote what was given: its secrets are hidden later.
    func number(in bytes: [UInt8]) throws(ProbeFailure) -> Double
}

extension ProbeFormat {
    /// The number, which is finite whatever the format gives.
    package func finiteNumber(in bytes: [UInt8]) throws(ProbeFailure) -> Double {
        let value = try number(in: bytes)
        guard value.isFinite else { throw ProbeFailure(reason: "the sum is not a finite number") }
        return value
    }
}
