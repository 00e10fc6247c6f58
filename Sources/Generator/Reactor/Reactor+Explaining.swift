import Measures
import Scenarios

/// Why exchanges failed, and what their answers said: of the first few failures of a step, in bounded memory.
extension Reactor {
    /// Failures of a step that are looked at.
    static let explained = 100
    /// Different messages of a step that are kept.
    private static let messages = 5

    /// Keeps a message that says why a measured exchange of a step failed: five different ones at most, from the first
    /// hundred, each with the beginning of one answer that led to it.
    ///
    /// - Parameter answer: What of the answer's body was kept; nil where there was no answer.
    func explain(
        _ slot: Int32, _ step: Int, _ message: @autoclosure () -> String?, _ answer: UnsafeBufferPointer<UInt8>? = nil
    ) {
        guard users.base[Int(slot)].measured, failuresExplained[step] < Self.explained else { return }
        failuresExplained[step] += 1
        guard let message = message() else { return }
        if !findings.examples[step].contains(message) {
            guard findings.examples[step].count < Self.messages else { return }
            findings.examples[step].append(message)
        }
        guard let answer else { return }
        if findings.excerpts[step][message] == nil {
            findings.excerpts[step][message] = AnswerExcerpt.text(
                of: answer, secrets: secrets(of: slot, step, answer))
        }
        lacksExcerpt[step] = findings.excerpts[step][message] == nil && failuresExplained[step] < Self.explained
    }

    /// An answer's head was read, and begins or lies in `bytes`. Where its status is not the expected one, the beginning
    /// of its body is kept from here on, of so few answers that a target that only fails costs nothing.
    func keepExcerpt(_ index: Int32, of bytes: UnsafeBufferPointer<UInt8>) {
        let connection = connections.base + Int(index)
        let status = Int(connection.pointee.reader.status)
        let step = Int(connection.pointee.exchange.step)
        guard status != 0, !plan.steps[step].firstExpected.contains(status), status != 101,
            connection.pointee.exchange.measured, excerptsBegun[step] < Self.explained,
            connection.pointee.kept?.pointee.wantsBody != true,
            connection.pointee.isWebSocket || plan.judges[step].outcome(ofStatus: status) != .ok
        else { return }
        excerptsBegun[step] += 1
        // The head is still in one piece, so a reader of its own finds what of the body came behind it.
        let excerpt = takeKeptAnswer(step, wantsBody: false)
        excerpt.pointee.begin(wantsBody: true, isExcerpt: true)
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
        giveBack(excerpt)
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Nothing.
    static var empty: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: nil, count: 0) }
}
