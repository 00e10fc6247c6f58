/// Something with threads of its own.
protocol Stoppable: Sendable {
    /// Ends them, once they are done with what they are at.
    func stop()
}

extension SessionPool: Stoppable {}
