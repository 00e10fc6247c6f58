import Measures
import Scenarios

/// Why exchanges failed, and what their answers said: of the first few failures of a step, in bounded memory.
extension Reactor {
    /// Keeps a message that says why a measured exchange of a step failed: five different ones at most, from the first
    /// hundred, each with the beginning of one answer that led to it.
    ///
    /// Every failure comes by here, so that it is noted of the blocks around it, too.
    ///
    /// - Parameter answer: What of the answer's body was kept; nil where there was no answer.
    func explain(
        _ slot: UserID, _ step: Int, _ message: @autoclosure () -> String?, _ answer: UnsafeBufferPointer<UInt8>? = nil
    ) {
        if users[slot].pointee.depth > 0 { noteFailure(slot) }
        guard users[slot].pointee.measured, failures.begin(step), let message = message(),
            failures.keep(message, of: step), let answer
        else { return }
        let excerpt =
            failures.hasExcerpt(message, of: step)
            ? nil : AnswerExcerpt.text(of: answer, secrets: secrets(of: slot, step, answer))
        failures.keep(excerpt: excerpt, of: message, step: step)
    }

    /// An answer's head was read, and begins or lies in `bytes`. Where its status is not the expected one, the beginning
    /// of its body is kept from here on, of so few answers that a target that only fails costs nothing.
    /// Of an answer that comes slowly its head is kept, which may be shown.
    func keepExcerpt(_ index: ConnectionID, of bytes: UnsafeBufferPointer<UInt8>, arrival: Instant) {
        let connection = connections[index]
        let status = Int(connection.pointee.reader.status)
        let step = Int(connection.pointee.exchange.step)
        guard status != 0, connection.pointee.exchange.measured else { return }
        let isExpected = plan.steps[step].firstExpected.contains(status) || status == 101
        if isExpected {
            guard connection.pointee.kept == nil,
                evidence.isSlow((arrival - connection.pointee.exchange.intended).nanoseconds, step: step)
            else { return }
        } else {
            guard connection.pointee.kept?.pointee.wantsBody != true,
                connection.pointee.isWebSocket || plan.judges[step].outcome(ofStatus: status) != .ok,
                failures.beginExcerpt(step)
                    || evidence.wantedStatuses(of: step).contains(EvidenceStore.Wanted(status: status))
            else { return }
        }
        // The head is still in one piece, so a reader of its own finds what of the body came behind it.
        let excerpt = takeKeptAnswer(step, wantsBody: false)
        excerpt.pointee.begin(wantsBody: !isExpected, isExcerpt: true)
        var reader = ResponseReader()
        reader.begin(toHead: plan.step(step).pointee.toHead)
        // What is wrong with the body was told by the exchange's own reader.
        _ = try? reader.consume(bytes, into: excerpt)
        guard let kept = connection.pointee.kept else {
            connection.pointee.kept = excerpt
            return
        }
        kept.pointee.wantsBody = true
        kept.pointee.isExcerpt = true
        kept.pointee.append(body: excerpt.pointee.body.bytes)
        keptAnswers.giveBack(excerpt)
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Nothing.
    static var empty: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: nil, count: 0) }
}
