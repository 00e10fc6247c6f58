extension PushResult {
    /// What came of pushing several runs, for each receiver once; nil where nothing was pushed.
    ///
    /// - Parameter shown: The run whose id stands for all of them.
    static func sums(of runs: [RunResult], shown: RunResult) -> [PushResult]? {
        shown.push?.map { one in
            let all = runs.compactMap { $0.push?.first { $0.to == one.to } }
            let rejected = all.compactMap(\.rejectedPoints).reduce(0, &+)
            return PushResult(
                to: one.to, run: one.run, sent: all.reduce(0) { $0 &+ $1.sent },
                dropped: all.reduce(0) { $0 &+ $1.dropped },
                refused: all.reduce(0) { $0 &+ $1.refused }, rejectedPoints: rejected > 0 ? rejected : nil,
                isComplete: all.count == runs.count && all.allSatisfy(\.isComplete),
                reason: all.compactMap(\.reason).last)
        }
    }
}
