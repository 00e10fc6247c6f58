import NIOCore

/// An answer that is made elsewhere.
struct Pending {
    /// Asks for it: the answer is delivered on the event loop, later or at once.
    var begin: (any EventLoop, _ deliver: @escaping (Answer) -> Void) -> Void

    /// Applies `change` to the answer once it is there.
    func map(_ change: @escaping (Answer) -> Answer) -> Pending {
        Pending { loop, deliver in begin(loop) { deliver(change($0)) } }
    }
}
