import CLinux
import Measures
import Scenarios

/// Answers that are looked at beyond their status: judged, held against earlier ones, their cookies taken.
extension Reactor {
    /// Judges the answer that a connection's exchange has got.
    func judgeKept(
        _ connection: UnsafeMutablePointer<Connection>, status: Int, finished: Instant
    ) -> AnswerJudge.Judgement {
        let exchange = connection.pointee.exchange
        let kept = connection.pointee.kept?.pointee ?? KeptAnswer()
        var answer = AnswerJudge.Answer(
            status: status, kept: kept, bodySize: Int(connection.pointee.reader.bodyBytes))
        answer.take(exchange, finished: finished)
        return judge(
            answer, to: kept.request, slot: connection.pointee.user, step: Int(exchange.step),
            measured: exchange.measured, finished: finished)
    }

    /// Judges an answer, whatever carried it. `request` is what was asked, kept by a step with `keepsRequest`.
    func judge(
        _ answer: AnswerJudge.Answer, to request: KeptRequest, slot: UserID, step: Int, measured: Bool,
        finished: Instant
    ) -> AnswerJudge.Judgement {
        let captures = users[slot].pointee.context.captures
        let isTold = measured && (failures.looksAt(step) || evidence.wants(.checkFailed, of: step))
        var judgement = plan.judges[step].judge(
            answer, captures: captures, isTold: isTold, secrets: { self.secrets(of: slot, step, answer.body) },
            pick: { Int(random.below(UInt64($0))) }, render: { text($0, of: slot) })
        if judgement.isCalculated, plan.step(step).pointee.isDeterministic {
            compare(answer, to: request, slot: slot, step: step, measured: measured, &judgement)
        }
        if plan.step(step).pointee.endsUntil {
            let isTold = measured && (failures.looksAt(step) || evidence.wants(.untilUnmet, of: step))
            judgeGoals(answer, slot, step: step, isTold: isTold, &judgement)
        }
        if measured, let difference = judgement.difference {
            note(difference, request, secrets(of: slot, step, answer.body), step: step, finished: finished)
        }
        return judgement
    }

    /// True where a message is the reply to the one with the id.
    func isReply(_ message: AnswerJudge.Answer, to id: Int, slot: UserID, step: Int) -> Bool {
        users[slot].pointee.context.message = id
        return plan.judges[step].isReply(message) { text($0, of: slot) }
    }

    /// A text with the user's values filled in; nil where a capture is missing.
    func text(_ template: TextTemplate, of slot: UserID) -> String? {
        buffers.scratch.pointee.removeAll()
        let context = users[slot].pointee.context
        guard template.render(context, tables: plan.tables, random: &random, to: &buffers.scratch.pointee) else {
            return nil
        }
        return String(decoding: buffers.scratch.pointee.bytes, as: UTF8.self)
    }

    /// What must not show of what a user's answer led to: the scenario's secrets, what the user captured, and what the step
    /// captures from the answer. Only for texts that are kept for an output.
    func secrets(of slot: UserID, _ step: Int, _ body: UnsafeBufferPointer<UInt8>) -> Secrets {
        let secrets = plan.scenario.secrets
        guard !plan.secretCaptures.all.isEmpty else { return secrets }
        let values = plan.secretCaptures.values(in: users[slot].pointee.context.captures)
        return secrets.with(values + plan.judges[step].secretValues(in: body))
    }

    // MARK: Calculated answers

    /// Holds a calculated answer against the first one to the same request.
    private func compare(
        _ answer: AnswerJudge.Answer, to request: KeptRequest, slot: UserID, step: Int, measured: Bool,
        _ judgement: inout AnswerJudge.Judgement
    ) {
        guard let calculation = plan.judges[step].calculation else { return }
        let values = AnswerValues(calculation, body: answer.body)
        let finding = answers.compare(request: request.digest, answer: values.digest) {
            values.shown(secrets(of: slot, step, answer.body))
        }
        let tally = recorder.tally(of: step)
        switch finding {
        case .first: tally.pointee.determinism.inputs &+= 1
        case .same where measured: tally.pointee.determinism.repeated &+= 1
        case .notCompared where measured: tally.pointee.determinism.notCompared &+= 1
        case .same, .notCompared: break
        case .differs(let before):
            if measured {
                tally.pointee.determinism.repeated &+= 1
                tally.pointee.determinism.differing &+= 1
            }
            // A value that is wrong by itself says more.
            guard judgement.outcome == .ok else { return }
            let difference = values.difference(from: before, secrets(of: slot, step, answer.body))
            judgement.outcome = .checkFailed
            judgement.difference = difference
            judgement.message = "not deterministic: \(Self.shown(difference))"
        }
    }

    private static func shown(_ difference: AnswerJudge.Difference) -> String {
        let index = difference.path ?? "the answer"
        if difference.expected == nil, difference.observed == nil { return "\(index) differs from the one before" }
        return
            "\(index) was \(difference.expected ?? "not there") before, now \(difference.observed ?? "it is not there")"
    }

    /// Lists a wrong answer, if it is among the step's first.
    private func note(
        _ difference: AnswerJudge.Difference, _ request: KeptRequest, _ secrets: @autoclosure () -> Secrets, step: Int,
        finished: Instant
    ) {
        guard failures.lists(step) else { return }
        let secrets = secrets()
        // Cut after secrets have gone, so that no half of one stays; and before a character that would be cut in two.
        let whole = Array(secrets.redact(request.shown).utf8)
        var length = min(whole.count, Self.shownInput)
        while length < whole.count, whole[length] & 0xC0 == 0x80 { length -= 1 }
        failures.list(
            WrongAnswer(
                kind: difference.kind, input: String(decoding: whole[..<length], as: UTF8.self), path: difference.path,
                expected: difference.expected.map { secrets.excerpt($0, characters: 80) },
                observed: difference.observed.map { secrets.excerpt($0, characters: 80) }, time: finished - start
            ),
            of: step)
    }

    /// Bytes of an input that a list of wrong answers shows at most.
    private static let shownInput = 500

    // MARK: Cookies

    /// The request with the user's cookies for it, behind those that the step itself sends; the request itself where there
    /// are none. The bytes stay valid until the next request is made.
    func addCookies(
        to request: UnsafeBufferPointer<UInt8>, _ slot: UserID, origin: Int
    ) -> UnsafeBufferPointer<UInt8> {
        guard users[slot].pointee.context.cookies?.pointee.isEmpty == false else { return request }
        let parts = CookieField.Parts(of: request)
        guard appendCookies(of: slot, origin: origin, target: parts.target) else { return request }
        buffers.requestWithCookies.pointee.removeAll()
        CookieField.append(
            request, parts, cookies: buffers.scratch.pointee.bytes, to: &buffers.requestWithCookies.pointee)
        return buffers.requestWithCookies.pointee.bytes
    }

    /// Puts the value of a field with the user's cookies for a request into the reactor's scratch; false where there are
    /// none.
    func appendCookies(of slot: UserID, origin: Int, target: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let jar = users[slot].pointee.context.cookies, !jar.pointee.isEmpty else { return false }
        buffers.scratch.pointee.removeAll()
        jar.pointee.appendField(
            for: destination(origin, target: target), now: Self.milliseconds, to: &buffers.scratch.pointee)
        return buffers.scratch.pointee.count > 0
    }

    /// Puts the cookies that an answer sets into the user's jar. `target`: that of the request.
    func takeCookies(
        from head: UnsafeBufferPointer<UInt8>, _ slot: UserID, origin: Int, target: UnsafeBufferPointer<UInt8>
    ) {
        guard let jar = users[slot].pointee.context.cookies else { return }
        let index = destination(origin, target: target)
        AnswerHead(head).forEachValue(of: "set-cookie") {
            jar.pointee.take($0, from: index, now: Self.milliseconds)
        }
    }

    private func destination(_ origin: Int, target: UnsafeBufferPointer<UInt8>) -> CookieJar.Destination {
        CookieJar.Destination(host: plan.hosts[origin], isSecure: plan.endpoints[origin].isSecure, target: target)
    }

    /// The wall clock, in milliseconds since 1970: cookies end by it.
    private static var milliseconds: Int64 { loadgate_realtime() / 1_000_000 }
}
