import Measures
import Scenarios

/// Makes of what reactors kept what people may see. Done when the load is over: looking for secrets takes its time.
struct EvidenceMaker {
    private let plan: RunPlan
    private let start: Instant
    private let steps: [Step]

    init(plan: RunPlan, start: Instant) {
        self.plan = plan
        self.start = start
        steps = plan.scenario.steps
    }

    func evidence(_ chosen: [KeptExchange]) -> [ExchangeEvidence] { chosen.map(evidence) }

    private func evidence(_ kept: KeptExchange) -> ExchangeEvidence {
        let exchange = kept.exchange
        let number = Int(exchange.step)
        let known = plan.scenario.secrets.with(kept.captured)
        let issued = IssuedSecrets.values(head: kept.requestHead, body: kept.requestBody, known: known)
        let secrets = issued.isEmpty ? known : plan.scenario.secrets.with(kept.captured + issued)
        let texts = ExchangeTexts(secrets: secrets)
        var result = ExchangeEvidence(
            kind: kept.kind, step: number, outcome: kept.outcome, intended: exchange.intended - start,
            finished: kept.finished - start)
        result.reason = kept.reason.map { ExchangeTexts.visible(secrets.redact($0)) }
        result.user = kept.user
        result.iteration = kept.iteration < 0 ? nil : kept.iteration
        result.started = exchange.started.nanoseconds == 0 ? nil : exchange.started - start
        result.firstByte = exchange.firstByte.nanoseconds == 0 ? nil : exchange.firstByte - start
        result.connection = kept.connection > 0 ? kept.connection : nil
        if kept.opened.nanoseconds != 0, exchange.started > kept.opened, exchange.connected.nanoseconds == 0 {
            result.connectionAge = exchange.started - kept.opened
        }
        result.address = kept.address?.description
        result.sent = exchange.sent
        result.received = exchange.received
        takeRequest(kept, texts, into: &result)
        takeAnswer(kept, texts, into: &result)
        let step = steps[number]
        let command = CurlCommand(
            kept, step: step, endpoint: plan.endpoints[plan.steps[number].origin], defaults: plan.scenario.defaults,
            secrets: secrets)
        (result.curl, result.variables) = (command.text, command.variables)
        result.traceID = traceID(in: kept.requestHead)
        return result
    }

    private func takeRequest(_ kept: KeptExchange, _ texts: ExchangeTexts, into result: inout ExchangeEvidence) {
        result.requestBodyBytes = kept.requestBodyBytes
        guard kept.hasRequest else { return }
        var parts: [String] = []
        if !kept.isMessage {
            let (head, isCut) = texts.head(kept.requestHead)
            parts.append(head)
            result.isRequestCut = isCut
        }
        if kept.requestBodyBytes > 0, kept.kind == .failed {
            let type = ExchangeTexts.value(of: "content-type", in: kept.requestHead)
            let (body, note) = texts.body(
                kept.requestBody, shown: KeptExchange.requestBodyBound, whole: kept.requestBodyBytes, type: type)
            if let body { parts.append(body) }
            if let note {
                result.isRequestCut = true
                parts.append("(\(note))")
            }
        }
        result.request = parts.joined(separator: "\n\n")
    }

    private func takeAnswer(_ kept: KeptExchange, _ texts: ExchangeTexts, into result: inout ExchangeEvidence) {
        if kept.status > 0 { result.status = kept.status }
        if !kept.head.isEmpty { result.head = texts.head(kept.head).text }
        result.lastURL = kept.lastURL.map {
            ExchangeTexts.visible(ExchangeTexts.withoutQuerySecrets(texts.secrets.redact($0)))
        }
        guard kept.kind == .failed else { return }
        if kept.isNoAnswer {
            let (text, note) = texts.body(kept.body, shown: KeptExchange.bodyBound, whole: kept.body.count, type: nil)
            (result.body, result.bodyNote) = (
                text, note.map { "what came is no answer: \($0)" } ?? "what came is no answer"
            )
            return
        }
        guard kept.status > 0 || kept.isMessage else { return }
        guard kept.hasBody else {
            if kept.bodyBytes > 0 { result.bodyNote = "\(kept.bodyBytes) bytes, which nobody had asked to keep" }
            return
        }
        let coding = ExchangeTexts.value(of: "content-encoding", in: kept.head)
        let unpacked = plan.scenario.defaults.http.compression
        (result.body, result.bodyNote) = texts.body(
            kept.body, shown: KeptExchange.bodyBound, whole: max(kept.bodyBytes, kept.body.count), type: nil,
            coding: unpacked ? nil : coding)
    }

    /// The id of the trace that a request names, valid or not known (W3C Trace Context §3.2.2.3).
    private func traceID(in head: [UInt8]) -> String? {
        guard let value = ExchangeTexts.value(of: "traceparent", in: head) else { return nil }
        let parts = value.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[1].utf8.count == 32, parts[1].contains(where: { $0 != "0" }),
            parts[1].utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else { return nil }
        return String(parts[1])
    }
}
