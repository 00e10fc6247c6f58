import Measures

/// Iterations that can't go on.
extension Reactor {
    /// The user's iteration can't go on.
    func giveUpIteration(
        _ slot: UserID, _ reason: IterationCounts.Reason, at instant: Instant, then promptness: Promptness = .inTurn
    ) {
        let user = users[slot]
        if user.pointee.measured {
            // A login that failed is why, whatever it failed for on the target's side.
            let isLogin = user.pointee.login == .underWay && reason == .missingValue
            if user.pointee.depth > 0 { giveUpBlocks(slot) }
            recorder.giveUp(iterationOf: Int(user.pointee.flow), isLogin ? .failedLogin : reason)
        }
        endIteration(slot, at: instant, completed: false, then: promptness)
    }

    /// A step's request lacks a value that an earlier step was to capture: an event that failed, without a latency. The
    /// iteration can't go on without it.
    func giveUpUnsent(_ slot: UserID, step: Int, at instant: Instant, _ reason: String? = nil) {
        countUnsent(slot, step: step, reason)
        giveUpIteration(slot, .missingValue, at: instant)
    }

    /// Counts what could not be sent for want of a captured value.
    func countUnsent(_ slot: UserID, step: Int, _ reason: String? = nil) {
        if users[slot].pointee.measured {
            recorder.tally(of: step).pointee.outcomes.count(.notSent)
        } else {
            recorder.interval.warmup &+= 1
        }
        explain(slot, step, reason ?? plan.notSentReasons[step])
    }
}
