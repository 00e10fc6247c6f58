/// A proxy as one worker has it.
final class WorkerProxy {
    let index: Int
    var addresses: [ProxyAddress]
    /// The socket that listens; nil while connections are refused.
    var listener: Int32?
    var disturbances: [(disturbance: Disturbance, count: StrikeCount)] = []
    var open = 0
    var accepted = 0
    var failed = 0
    var broken = 0
    /// Bytes passed on, by lane.
    var bytes: (Int64, Int64) = (0, 0)

    init(index: Int, addresses: [ProxyAddress]) {
        self.index = index
        self.addresses = addresses
    }
}
