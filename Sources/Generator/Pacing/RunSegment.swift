/// Which part of the load a process carries: arrivals, users and rows whose number is `index` modulo `count`.
public struct RunSegment: Sendable {
    /// From 0.
    public var index: Int
    /// At least 1.
    public var count: Int

    /// Makes a segment; the whole load by default.
    public init(index: Int = 0, count: Int = 1) {
        self.index = index
        self.count = count
    }
}
