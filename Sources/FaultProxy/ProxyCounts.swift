/// What went through a proxy, and what was done to it.
public struct ProxyCounts: Sendable, Equatable {
    /// Connections that are open.
    public var open = 0
    /// Connections that were accepted since the proxy was made.
    public var accepted = 0
    /// Of these, those reset since nothing listens at the upstream, or no descriptor was left. What the kernel refuses while
    /// nobody listens here it tells nobody.
    public var failed = 0
    /// Connections that the proxy reset or closed for a disturbance, or since it was disabled or removed.
    public var broken = 0
    /// Bytes passed on from clients to the upstream.
    public var bytesUpstream: Int64 = 0
    /// Bytes passed on from the upstream to clients.
    public var bytesDownstream: Int64 = 0
    /// True while the kernel lets connections in: enabled, and not refused by a disturbance.
    public var isListening = false
    /// By name of each disturbance that is in force, how often it struck since it began: pieces of data that were delayed,
    /// held, slowed or sliced; connections that were reset or closed; ends that were put off. 0: it had no effect so far.
    public var struck: [String: Int] = [:]

    /// Makes counts of nothing.
    public init() {}
}
