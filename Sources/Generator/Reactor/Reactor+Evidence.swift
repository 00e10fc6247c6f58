import CNghttp2
import Measures
import Scenarios

/// What carried an exchange that has ended, and so knows what was sent and what came.
enum EvidenceSource {
    /// A connection, or a stream of one.
    case connection(ConnectionID)
    /// libcurl, at this place.
    case transfer(Int32)
    /// A WebSocket, as the message with this id.
    case message(Int, on: ConnectionID)
    /// A WebSocket in a conversation whose entries are written down: the last message sent, by number and id, nil where
    /// there is none.
    case entry(message: Int?, id: Int, on: ConnectionID)
    /// A WebSocket on which nothing waited for an answer.
    case silence(on: ConnectionID)
}

/// Exchanges that failed, and each step's slowest, kept whole for the reports.
///
/// Nothing is kept of a request while it is under way but where the reactor's random numbers stood before it was made: it is
/// rendered once more where it is wanted. What it is made from is a user's own and stays as it is until its answer is judged.
extension Reactor {
    /// Keeps an exchange. `answer`: what of its body was kept.
    func keepEvidence(
        _ exchange: Exchange, of slot: UserID, _ outcome: Outcome, finished: Instant, reason: String?,
        _ answer: UnsafeBufferPointer<UInt8>?, from source: EvidenceSource
    ) {
        var kept = evidence.begin(exchange, outcome, finished: finished)
        kept.reason = reason
        kept.user = users[slot].pointee.context.user
        kept.iteration = iteration(of: slot)
        switch source {
        case .connection(let index):
            takeConnection(index, into: &kept)
            takeAnswer(of: index, answer, into: &kept)
            if evidence.isRendered || renderSent(exchange, of: slot, from: source) {
                takeRendered(isMessage: false, into: &kept)
            }
        case .message(_, let index), .entry(_, _, let index):
            takeConnection(index, into: &kept)
            kept.isMessage = true
            kept.take(body: answer)
            kept.bodyBytes = answer?.count ?? 0
            if evidence.isRendered || renderSent(exchange, of: slot, from: source) {
                takeRendered(isMessage: true, into: &kept)
            }
        case .silence(let index):
            takeConnection(index, into: &kept)
            kept.isMessage = true
        case .transfer(let position):
            transport?.takeEvidence(of: position, into: &kept, &evidence.request)
        }
        if !plan.secretCaptures.all.isEmpty {
            kept.captured =
                plan.secretCaptures.values(in: users[slot].pointee.context.captures)
                + plan.judges[Int(exchange.step)].secretValues(in: answer ?? .empty)
        }
        evidence.keep(kept)
    }

    /// Renders a request before its answer changes what it was made from: what the step captures is part of it.
    func rememberSent(_ exchange: Exchange, of slot: UserID, from source: EvidenceSource) {
        guard exchange.measured, plan.step(Int(exchange.step)).pointee.capturesWhatItSends else { return }
        evidence.isRendered = renderSent(exchange, of: slot, from: source)
    }

    // MARK: What was sent

    /// Renders what an exchange sent once more, into the store's memory; false where that isn't possible any more.
    private func renderSent(_ exchange: Exchange, of slot: UserID, from source: EvidenceSource) -> Bool {
        let step = Int(exchange.step)
        var random = SeededRandom(seed: exchange.random)
        evidence.request.removeAll()
        var context = users[slot].pointee.context
        if case .message(let id, _) = source {
            context.message = id
            return plan.conversation(of: step).message?.render(
                context, tables: plan.tables, random: &random, to: &evidence.request) ?? false
        }
        if case .entry(let message, let id, _) = source {
            context.message = id
            guard let message, let script = plan.conversation(of: step).script else { return false }
            return script.pointee.messages[message].template.render(
                context, tables: plan.tables, random: &random, to: &evidence.request)
        }
        if let template = plan.step(step).pointee.http2 {
            return renderFields(template, context, &random, slot, step)
        }
        guard let template = plan.step(step).pointee.request else { return false }
        if let constant = template.constant {
            evidence.request.append(constant)
        } else {
            guard
                template.render(
                    context, tables: plan.tables, random: &random, to: &evidence.request, scratch: &evidence.scratch)
            else { return false }
        }
        if plan.keepsCookies, users[slot].pointee.context.cookies?.pointee.isEmpty == false {
            let whole = addCookies(to: evidence.request.bytes, slot, origin: plan.step(step).pointee.origin)
            if whole.baseAddress != evidence.request.bytes.baseAddress {
                evidence.request.removeAll()
                evidence.request.append(whole)
            }
        }
        if let key = users[slot].pointee.course?.pointee.key, plan.step(step).pointee.conversation >= 0 {
            // In front of the empty line, as it was sent.
            evidence.request.removeLast(2)
            var field = WebSocketHandshake.keyField(key) + "\r\n"
            field.withUTF8 { evidence.request.append($0) }
        }
        return true
    }

    /// Renders a request of HTTP/2 as text: its head as HTTP/1.1 would write it, then its body.
    private func renderFields(
        _ template: HTTP2RequestTemplate, _ context: UserContext, _ random: inout SeededRandom, _ slot: UserID,
        _ step: Int
    ) -> Bool {
        let fields = UnsafeMutablePointer<nghttp2_nv>.allocate(capacity: template.fieldBound)
        defer { fields.deallocate() }
        var own = ByteStore()
        defer { own.release() }
        guard
            let rendered = template.render(
                context, tables: plan.tables, random: &random, to: fields, values: &evidence.scratch, ownBody: &own)
        else { return false }
        func append(_ bytes: UnsafeMutablePointer<UInt8>?, _ count: Int) {
            evidence.request.append(UnsafeBufferPointer(start: bytes, count: count))
        }
        // The method, the scheme, the authority and the target come first.
        append(fields[0].value, fields[0].valuelen)
        evidence.request.append(" ")
        evidence.request.append(template.target(of: fields))
        evidence.request.append(" HTTP/2\r\nhost: ")
        append(fields[2].value, fields[2].valuelen)
        evidence.request.append("\r\n")
        for index in 4..<max(4, rendered.fields) {
            append(fields[index].name, fields[index].namelen)
            evidence.request.append(": ")
            append(fields[index].value, fields[index].valuelen)
            evidence.request.append("\r\n")
        }
        if plan.keepsCookies,
            appendCookies(of: slot, origin: plan.step(step).pointee.origin, target: template.target(of: fields))
        {
            evidence.request.append("cookie: ")
            evidence.request.append(buffers.scratch.pointee.bytes)
            evidence.request.append("\r\n")
        }
        evidence.request.append("\r\n")
        evidence.request.append(rendered.body)
        return true
    }

    private func takeRendered(isMessage: Bool, into kept: inout KeptExchange) {
        let whole = evidence.request.bytes
        let length = isMessage ? 0 : KeptRequest.headLength(of: whole)
        kept.take(
            request: UnsafeBufferPointer(rebasing: whole[..<length]),
            body: UnsafeBufferPointer(rebasing: whole[length...]))
    }

    // MARK: Where, and what came

    private func takeConnection(_ index: ConnectionID, into kept: inout KeptExchange) {
        guard index.isPresent else { return }
        let connection = connections[index]
        kept.connection = Int(connection.pointee.number)
        kept.opened = connection.pointee.opened
        let origin = Int(connection.pointee.origin)
        let address = Int(connection.pointee.address)
        let known = dialer.addresses.known[origin]
        if known.indices.contains(address) { kept.address = known[address] }
    }

    private func takeAnswer(
        of index: ConnectionID, _ answer: UnsafeBufferPointer<UInt8>?, into kept: inout KeptExchange
    ) {
        let connection = connections[index]
        kept.status = Int(connection.pointee.reader.status)
        kept.bodyBytes = Int(connection.pointee.reader.bodyBytes)
        if let stream = connection.pointee.stream {
            kept.status = Int(stream.pointee.status)
            kept.bodyBytes = Int(stream.pointee.bodyBytes)
            if stream.pointee.head.count > 0 { kept.take(head: stream.pointee.head.bytes) }
        }
        if let own = connection.pointee.kept, own.pointee.head.count > 0 { kept.take(head: own.pointee.head.bytes) }
        if !evidence.offending.isEmpty {
            kept.isNoAnswer = true
            kept.take(body: evidence.offending)
        } else if kept.status == 0, connection.pointee.stash.count > 0 {
            kept.isNoAnswer = true
            kept.take(body: connection.pointee.stash.bytes)
        } else if connection.pointee.kept?.pointee.wantsBody == true || answer?.isEmpty == false {
            kept.take(body: answer ?? connection.pointee.kept?.pointee.body.bytes)
        } else if kept.bodyBytes == 0, kept.status != 0 {
            kept.take(body: .empty)
        }
    }
}

extension KeptExchange {
    /// Gives the connection, which its reactor numbered by itself, a number that no other reactor's has.
    mutating func number(among share: Reactor.Share) {
        if connection > 0 { connection = (connection - 1) * share.stride + share.part + 1 }
    }
}
