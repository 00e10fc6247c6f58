/// What is said of a stall of this process, the same everywhere.
package enum HeldUp {
    /// `this process was held up for 3.0 s`.
    package static func text(_ span: Span) -> String {
        let tenths = (max(0, span.nanoseconds) + 50_000_000) / 100_000_000
        return "this process was held up for \(tenths / 10).\(tenths % 10) s"
    }
}
