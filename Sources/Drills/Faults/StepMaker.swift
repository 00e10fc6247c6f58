internal import Foundation
internal import Measures
internal import Scenarios

/// Makes of a scenario's requests and commands what the journal has, and what is carried out.
struct StepMaker {
    let site: DrillSite
    /// Grows as secrets are met.
    var values = SecretValues(
        environment: ProcessInfo.processInfo.environment, folder: FileManager.default.currentDirectoryPath)

    init(_ site: DrillSite) { self.site = site }

    /// A program and its arguments.
    mutating func step(_ command: [Text], timeout: Duration) throws(FaultFailure) -> RecoveryStep {
        var texts: [JournaledText] = []
        for text in command { texts.append(try JournaledText(text, &values)) }
        return .run(texts, seconds: Span(timeout).seconds)
    }

    /// A request.
    mutating func step(_ request: VerifiedRequest) throws(FaultFailure) -> RecoveryStep {
        let url = request.url.url(on: site.target)
        guard let constant = url.constant else {
            throw FaultFailure("\(quoted(url.shown)) is not known outside of an iteration")
        }
        guard let endpoint = try? Endpoint(parsing: constant) else {
            throw FaultFailure("\(quoted(url.shown)) is not an http:// or https:// URL")
        }
        var step = JournaledRequest(request.method.rawValue, try JournaledText(url, &values))
        step.tls = JournaledTLS(
            site.tls(for: endpoint), folder: FileManager.default.currentDirectoryPath, &values)
        step.isAuthorised = site.authorised.names(endpoint.host)
        step.seconds = Span(request.timeout).seconds
        for header in request.headers {
            step.fields.append(.init(header.name, try JournaledText(header.value, &values)))
        }
        if let body = request.body {
            let (text, type) = try self.body(body)
            step.body = text
            if !step.fields.contains(where: { $0.name.lowercased() == "content-type" }) {
                step.fields.append(.init("Content-Type", JournaledText(type)))
            }
        }
        return .send(step)
    }

    /// What undoes a fault; nil: nothing has to be.
    mutating func step(_ undo: FaultUndo, timeout: Duration) throws(FaultFailure) -> RecoveryStep? {
        switch undo {
        case .nothing: nil
        case .command(let command): try step(command, timeout: timeout)
        case .request(let request): try step(request)
        }
    }

    private mutating func body(_ body: Body) throws(FaultFailure) -> (JournaledText, String) {
        switch body {
        case .json(let template):
            var pieces: [JournaledText.Piece] = []
            try json(template, &pieces)
            return (JournaledText(pieces: pieces), "application/json")
        case .form(let fields):
            var pieces: [JournaledText.Piece] = []
            for field in fields {
                let name = JournaledText.written(field.name, .percent)
                pieces.append(.literal("\(pieces.isEmpty ? "" : "&")\(name)="))
                pieces += try JournaledText(field.value, coding: .percent, &values).pieces
            }
            return (JournaledText(pieces: pieces), "application/x-www-form-urlencoded")
        case .text(let text): return (try JournaledText(text, &values), "text/plain; charset=utf-8")
        case .multipart, .file: throw FaultFailure("the request of a fault carries JSON, a form or a text")
        }
    }

    private mutating func json(
        _ template: JSONTemplate, _ pieces: inout [JournaledText.Piece]
    ) throws(FaultFailure) {
        switch template {
        case .raw(let text): pieces.append(.literal(text))
        case .text(let text):
            pieces.append(.literal("\""))
            pieces += try JournaledText(text, coding: .json, &values).pieces
            pieces.append(.literal("\""))
        case .variable(let variable):
            throw FaultFailure("${\(variable.shown)} is not known outside of an iteration")
        case .array(let elements):
            pieces.append(.literal("["))
            for (index, element) in elements.enumerated() {
                if index > 0 { pieces.append(.literal(",")) }
                try json(element, &pieces)
            }
            pieces.append(.literal("]"))
        case .object(let members):
            pieces.append(.literal("{"))
            for (index, member) in members.enumerated() {
                pieces.append(.literal("\(index > 0 ? "," : "")\(JSONString.quoted(member.name)):"))
                try json(member.value, &pieces)
            }
            pieces.append(.literal("}"))
        }
    }
}
