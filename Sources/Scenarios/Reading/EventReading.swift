extension Reading {
    /// Statuses of answers that may be streams.
    static let streamStatuses = 200...299

    /// What the step makes of a stream of events; its timeout and header fields are set where they follow from that.
    func events(_ keys: KeyValues<StepKeys>, _ step: inout Step, _ context: FlowContext) -> EventStream {
        var stream = EventStream()
        stream.format = keys.format
        stream.end = keys.until
        stream.endSource = keys.node(\.until)?.scalar?.text ?? ""
        step.expect = keys.expect ?? [Self.streamStatuses]
        if let expect = keys.expect, !expect.allSatisfy({ Self.streamStatuses.contains($0) }) {
            report(
                keys.location(of: \.expect),
                "an events step expects statuses from 200 to 299: other answers are no streams")
        }
        if case .time(let time)? = stream.end {
            step.timeout = time
            if keys.has(\.timeout) {
                report(
                    keys.location(of: \.timeout),
                    "\"until\" ends the stream after \(stream.endSource) already: \"timeout\" can't stand beside it")
            }
        }
        if case .event? = stream.end, stream.format == .ndjson {
            report(
                keys.location(of: \.until),
                "events of ndjson have no names: expected 10 events, json $.path … or a duration")
        }
        reportImpliedGet(keys)
        askForStreams(&step, stream.format, context)
        return stream
    }

    /// A body beside a path without a method is likely meant for a POST.
    private func reportImpliedGet(_ keys: KeyValues<StepKeys>) {
        guard let url = keys.node(\.events)?.scalar?.text, !Self.beginsWithMethod(url) else { return }
        let declared = keys.declared
        let bodies = keys.present(declared.json, declared.form, declared.body, declared.multipart, declared.upload)
        guard let body = bodies.first else { return }
        report(body.location, "\(quoted(body.name)) needs a method in front of the path: events: POST \(url)")
    }

    /// Many servers stream only to whom asks for it.
    private func askForStreams(_ step: inout Step, _ format: EventStream.Format?, _ context: FlowContext) {
        let given = step.headers + context.defaults.headers
        guard !given.contains(where: { $0.name.lowercased() == "accept" }) else { return }
        let types =
            switch format {
            case .sse: "text/event-stream"
            case .ndjson: "application/x-ndjson, application/jsonl"
            case nil: "text/event-stream, application/x-ndjson, application/jsonl"
            }
        step.headers.append(Header(name: "Accept", value: Text(types)))
    }
}

extension KeyForm where Value == EventStream.End {
    /// What ends a stream of events.
    static var streamEnd: KeyForm {
        let count = "[1-9][0-9]* +events?"
        return .parsed(
            StreamEndParser.expected, .oneOf([.duration, .pattern("(event|data|json) .+|\(count)")])
        ) { text throws(GrammarError) in try StreamEndParser.parse(text) }
    }
}
