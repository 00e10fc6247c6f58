/// How a pool is used at the moment.
struct PoolUsage: Equatable, Sendable {
    /// Sessions open.
    var open = 0
    /// Sessions at work.
    var active = 0
    /// Jobs for which no session is free.
    var waiting = 0
    /// Jobs done since the start.
    var done = 0
}
