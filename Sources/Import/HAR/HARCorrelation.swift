import Credentials
import Scenarios

/// What answers of a recording give out and later requests carry: cookies are kept by each user, and tokens captured, so
/// that a run has its own and not those of the recording.
struct HARCorrelation {
    /// Text of an answer that is looked through.
    private static let maximumBytes = 1 << 20
    private static let maximumDepth = 12

    /// The entries of the draft's steps, in their order.
    private let entries: [HAREntry]

    init(_ entries: [HAREntry]) { self.entries = entries }

    /// Turns them on in a draft whose steps were made of the entries.
    func apply(to draft: inout ScenarioDraft, secrets: inout SecretKeeper) {
        keepCookies(&draft)
        captureTokens(&draft, &secrets)
    }

    // MARK: - Cookies

    private func keepCookies(_ draft: inout ScenarioDraft) {
        var isSet: Set<String> = []
        var foreign: [String] = []
        for entry in entries {
            for cookie in entry.sentCookies {
                if isSet.contains("\(entry.address?.host ?? "") \(cookie.name)") {
                    draft.settings.keepsCookies = true
                } else if !foreign.contains(cookie.name) {
                    foreign.append(cookie.name)
                }
            }
            for cookie in entry.setCookies { isSet.insert("\(entry.address?.host ?? "") \(cookie.name)") }
        }
        guard !foreign.isEmpty else { return }
        let names = foreign.prefix(8).map { StepNames.fit($0, otherwise: "?") }.joined(separator: ", ")
        let more = foreign.count > 8 ? " and \(foreign.count - 8) more" : ""
        draft.leftOut.append("cookies that no answer of the recording set before: \(names)\(more)")
    }

    // MARK: - Tokens

    /// A token's first answer, and how it is taken from there.
    private struct Origin {
        var step: Int
        var name: String
        var source: String
    }

    private func captureTokens(_ draft: inout ScenarioDraft, _ secrets: inout SecretKeeper) {
        guard draft.flows.count == 1 else { return }
        let places = draft.flows[0].actions.indices.filter {
            if case .request = draft.flows[0].actions[$0] { true } else { false }
        }
        guard places.count == entries.count else { return }
        var origins: [String: Origin] = [:]
        var names: Set<String> = []
        var captures: [Int: [(name: String, source: String)]] = [:]
        for (step, index) in places.enumerated() {
            guard case .request(var request) = draft.flows[0].actions[index] else { continue }
            request.replacePlaces { variable in
                guard let origin = origins[variable] else { return nil }
                if captures[origin.step]?.contains(where: { $0.name == origin.name }) != true {
                    captures[origin.step, default: []].append((origin.name, origin.source))
                }
                return origin.name
            }
            draft.flows[0].actions[index] = .request(request)
            for issued in issued(by: entries[step]) {
                guard let variable = secrets.variable(of: issued.value), origins[variable] == nil else { continue }
                var name = Self.captureName(issued.name)
                var number = 1
                while !names.insert(name).inserted {
                    number += 1
                    name = "\(Self.captureName(issued.name))_\(number)"
                }
                origins[variable] = Origin(step: step, name: name, source: issued.source)
            }
        }
        for (step, index) in places.enumerated() {
            guard let found = captures[step], case .request(var request) = draft.flows[0].actions[index] else {
                continue
            }
            request.captures += found
            draft.flows[0].actions[index] = .request(request)
        }
        secrets.keepUses(draft.variables)
    }

    private static func captureName(_ name: String) -> String {
        let plain = SecretKeeper.variable(name).lowercased()
        return plain.first?.isLetter ?? false ? plain : "token_\(plain)"
    }

    /// Texts that an answer gives out, with how they are captured: members of JSON, header fields, fields of forms in HTML.
    private func issued(by entry: HAREntry) -> [(name: String, value: String, source: String)] {
        var result: [(String, String, String)] = []
        if let json = entry.issuedSecrets.json { Self.add(json, "$", "token", 0, &result) }
        for (name, value) in entry.answerHeaders where HeaderName.isToken(name) && name.lowercased() != "set-cookie" {
            result.append((name, value, "header \(name)"))
        }
        if entry.answerType.contains("html"), let text = entry.response["content"]?["text"]?.text,
            text.utf8.count <= Self.maximumBytes
        {
            result += Self.hiddenFields(text)
        }
        return result
    }

    private static func add(
        _ value: DocumentValue, _ path: String, _ name: String, _ depth: Int, _ result: inout [(String, String, String)]
    ) {
        guard depth <= maximumDepth else { return }
        switch value {
        case .text(let text) where text.utf8.count >= 8: result.append((name, text, "json \(path)"))
        case .list(let values):
            for (index, value) in values.prefix(20).enumerated() {
                add(value, "\(path)[\(index)]", name, depth + 1, &result)
            }
        case .object(let object):
            for member in object.members {
                let isPlain =
                    member.name.first.map { $0.isASCII && ($0.isLetter || $0 == "_") } ?? false
                    && member.name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
                let step = isPlain ? ".\(member.name)" : "[\(JSONString.quoted(member.name))]"
                add(member.value, path + step, member.name, depth + 1, &result)
            }
        default: break
        }
    }

    /// `<input name="csrf" value="…">`, `<meta name="csrf-token" content="…">`
    private static func hiddenFields(_ text: String) -> [(String, String, String)] {
        var result: [(String, String, String)] = []
        for tag in text.split(separator: "<") where tag.hasPrefix("input") || tag.hasPrefix("meta") {
            let tag = tag.prefix { $0 != ">" }
            for attribute in ["value", "content"] {
                guard let name = tag.firstRange(of: " name=\""), let value = tag.firstRange(of: " \(attribute)=\""),
                    name.upperBound <= value.lowerBound
                else { continue }
                let field = String(tag[name.upperBound...].prefix { $0 != "\"" })
                let between = tag[name.upperBound..<value.lowerBound].dropFirst(field.count + 1)
                let isPlain = (field + between).allSatisfy {
                    $0.isASCII && ($0.isLetter || $0.isNumber || "_- =\"".contains($0))
                }
                guard isPlain, SensitiveName.isOne(field) else { continue }
                result.append(
                    (
                        field, String(tag[value.upperBound...].prefix { $0 != "\"" }),
                        "regex /name=\"\(field)\"\(between) \(attribute)=\"([^\"]+)\"/"
                    ))
            }
        }
        return result
    }
}

extension ScenarioDraft.Step {
    /// Puts the name of a captured value in the place of an environment variable, where `capture` has one.
    fileprivate mutating func replacePlaces(_ capture: (String) -> String?) {
        func text(_ text: TemplateText) -> TemplateText {
            var result = TemplateText()
            for piece in text.pieces {
                switch piece {
                case .literal(let literal): result.append(literal)
                case .placeholder(let placeholder):
                    let name = placeholder.hasPrefix("env:") ? String(placeholder.dropFirst(4)) : ""
                    let variable = name.firstRange(of: ":-").map { String(name[..<$0.lowerBound]) } ?? name
                    result.append(placeholder: capture(variable) ?? placeholder)
                }
            }
            return result
        }
        func json(_ value: DocumentValue) -> DocumentValue {
            switch value {
            case .template(let given): .template(text(given))
            case .list(let values): .list(values.map(json))
            case .object(let object): .object(DocumentObject(object.members.map { ($0.name, json($0.value)) }))
            default: value
            }
        }
        url = text(url)
        headers = headers.map { .init(name: $0.name, value: text($0.value)) }
        switch body {
        case .json(let value): body = .json(json(value))
        case .form(let fields): body = .form(fields.map { .init(name: $0.name, value: text($0.value)) })
        case .text(let given): body = .text(text(given))
        case .multipart(let parts):
            body = .multipart(
                parts.map { part in
                    var part = part
                    part.value = text(part.value)
                    return part
                })
        case .upload, nil: break
        }
    }
}
