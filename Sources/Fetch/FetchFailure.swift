public import Measures

/// Why no answer came: libcurl's own words, without what the request carried.
public struct FetchFailure: Error, Sendable, CustomStringConvertible {
    /// The reason.
    public var reason: String
    /// How long this process was held up meanwhile: then the failure says nothing about what was asked.
    public var heldUp = Span.zero

    /// The reason.
    public var description: String { heldUp > .zero ? "\(HeldUp.text(heldUp)): \(reason)" : reason }

    /// Makes a failure.
    public init(reason: String, heldUp: Span = .zero) {
        self.reason = reason
        self.heldUp = heldUp
    }
}
