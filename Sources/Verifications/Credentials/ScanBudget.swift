internal import CLinux

/// How long a scan may go on.
struct ScanBudget: Sendable {
    /// The instant at which time is up, by CLOCK_MONOTONIC in nanoseconds.
    let deadline: Int64
    /// True once the caller wants it to end.
    let shouldStop: @Sendable () -> Bool

    /// Why the scan ended early; nil while it may go on.
    var exhaustion: ScanEnded? {
        if shouldStop() { return ScanEnded(reason: "it was interrupted") }
        return loadgate_monotonic() >= deadline ? ScanEnded(reason: "its time was up") : nil
    }

    /// Throws once the scan has to end.
    func check() throws(ScanEnded) {
        if let exhaustion { throw exhaustion }
    }
}

/// A scan that ended before all was searched.
struct ScanEnded: Error, Equatable {
    /// Why, so that "because" can stand before it.
    var reason: String
}
