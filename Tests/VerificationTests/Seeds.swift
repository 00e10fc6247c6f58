import Foundation

/// How often simulations are repeated, each time with another seed.
enum Seeds {
    /// As often as `LOADGATE_SEEDS` says, or five times: what a simulation shows, it shows with nearly every seed.
    static let count = ProcessInfo.processInfo.environment["LOADGATE_SEEDS"].flatMap(UInt64.init) ?? 5
    /// From 1 on.
    static let all = 1...max(1, count)
}
