import Measures
import Scenarios

/// Streams of events: whether an answer was one, how it ended, and what each of its events is.
extension AnswerJudge {
    /// What the way of the step's answers needs to know.
    func eventPlan(of stream: EventStream) -> EventPlan {
        let every = step.checks.contains { $0.isOfEvery }
        let last = step.checks.contains { $0.looksAtBody && !$0.isOfEvery } || step.captures.contains { $0.looksAtBody }
        guard let end else { return EventPlan(stream, keepsLast: last, keepsEvery: every, holds: nil) }
        return EventPlan(stream, keepsLast: last, keepsEvery: every) { event in
            guard Self.jsonFault(of: event) == nil else { return false }
            // Its text has no places to fill in.
            return failure(of: end, Answer(message: event), AnswerHead(.empty), false, { Secrets() }, { _ in nil })
                == nil
        }
    }

    /// What is wrong with an answer that was to be a stream, whatever its events say; nil where nothing is, or it was to be none.
    func streamFault(
        of answer: Answer, _ head: AnswerHead, _ isTold: Bool, _ secrets: () -> Secrets
    ) -> Judgement? {
        guard let events = answer.events else { return nil }
        let count = events.count == 1 ? "1 event" : "\(events.count) events"
        if events.state == .tooLarge {
            return Judgement(
                outcome: .bodyTooLarge,
                message: "an event is larger than \(EventReader.bound >> 20) MiB, after \(count)")
        }
        if !events.isStream {
            let type = head.value(of: "content-type").map { "the answer is \(Self.excerpt($0, isTold, secrets))" }
            return Judgement(
                outcome: .checkFailed,
                message: "\(type ?? "the answer has no Content-Type"): "
                    + "no stream of events (text/event-stream, application/x-ndjson)")
        }
        if let end = events.missedEnd {
            return Judgement(outcome: .streamEnded, message: "the server ended the stream before \(end): \(count) came")
        }
        if events.isTooMuch {
            return Judgement(
                outcome: .bodyTooLarge,
                message: "every event is looked at, and they are larger than \(EventFeed.everyBound >> 20) MiB")
        }
        return nil
    }

    /// Why a check doesn't hold of each event, by the first one; nil where it does.
    func failure(
        of check: CompiledCheck, ofEvery answer: Answer, _ isTold: Bool, _ secrets: () -> Secrets,
        _ render: (TextTemplate) -> String?
    ) -> String? {
        guard let events = answer.events, events.count > 0 else { return "\(check.check.source): no event came" }
        var number = 0
        var message: String?
        events.forEachEvent { event in
            number += 1
            if check.check.looksAtJSON, let fault = Self.jsonFault(of: event, "the event") {
                message = "\(check.check.source): \(fault)"
            } else {
                message = failure(of: check, Answer(message: event), AnswerHead(.empty), isTold, secrets, render)
            }
            return message == nil
        }
        return message.map { "\($0), event \(number)" }
    }

    /// What of a stream's bytes an event's data may be: all of them, each line, and what stands behind the name of its field.
    static func parts(ofStream bytes: UnsafeBufferPointer<UInt8>) -> [UnsafeBufferPointer<UInt8>] {
        let ends = [UInt8(ascii: "\n"), UInt8(ascii: "\r")]
        let lines = bytes.split { ends.contains($0) }.map { UnsafeBufferPointer(rebasing: $0) }
        let data = lines.compactMap { line in
            line.starts(with: "data:".utf8) ? UnsafeBufferPointer(rebasing: line.dropFirst(5)) : nil
        }
        return [bytes] + lines + data
    }
}

extension AnswerJudge.Answer {
    /// True where there is something to look at: of a stream an event.
    var hasBody: Bool { events.map { $0.count > 0 } ?? true }
}

extension EventStream {
    /// The check that an event holds which ends the stream; nil where it ends in another way.
    var endingCheck: Check? { if case .json(let check) = end { check } else { nil } }
}
