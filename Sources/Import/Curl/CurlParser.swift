import Foundation
import Scenarios

/// Parses the words of a curl command into requests.
struct CurlParser {
    private(set) var requests: [CurlRequest] = []
    /// What changes nothing that can be kept, a line each.
    private(set) var leftOut: [String] = []
    private var problems = SourceProblems()

    private var words: [String] = []
    private var index = 0
    /// The command, for problems.
    private var location = "curl"
    private var request = CurlRequest()

    /// Parses commands, or throws all problems of them.
    init(_ text: String) throws(InvalidSource) {
        let commands = try CurlCommands(text)
        leftOut = commands.leftOut
        for (number, command) in commands.all.enumerated() {
            location = commands.all.count == 1 ? "curl" : "curl \(number + 1)"
            words = command
            index = 0
            let before = requests.count
            parse()
            endRequest()
            if requests.count == before { problems.report(location, "the command names no URL") }
        }
        try problems.throwIfAny()
    }

    private mutating func parse() {
        var onlyURLs = false
        while index < words.count {
            let word = words[index]
            index += 1
            if onlyURLs || !word.hasPrefix("-") || word == "-" {
                request.urls.append((word, index))
            } else if word == "--" {
                onlyURLs = true
            } else if word.hasPrefix("--") {
                long(String(word.dropFirst(2)))
            } else {
                short(word.dropFirst())
            }
        }
    }

    mutating func add(_ part: ScenarioDraft.Part, at position: Int) {
        if request.parts.contains(where: { $0.part.name == part.name }) {
            problem("the field \(quoted(part.name)) comes twice: a scenario has each field once", at: position)
        } else {
            request.parts.append((part, position))
        }
    }

    mutating func add(_ address: ScenarioDraft.Field) { request.settings.resolve.append(address) }

    mutating func leave(out line: String) { if !leftOut.contains(line) { leftOut.append(line) } }

    mutating func problem(_ message: String, at word: Int? = nil) {
        problems.report("\(location): word \(word ?? index)", message)
    }

    // MARK: - Options

    private mutating func long(_ text: String) {
        let location = index
        let equals = text.firstIndex(of: "=")
        let name = equals.map { String(text[..<$0]) } ?? text
        guard let option = CurlOption.long(name) else {
            let hint = CurlOption.suggestion(for: name).map { " (did you mean \"\($0)\"?)" } ?? ""
            problem("the option \(quoted("--\(name)")) is not known\(hint)")
            return
        }
        guard option.takesValue else {
            if equals != nil { problem("the option --\(name) takes no value") }
            apply(option, "", shown: "--\(name)", at: location)
            return
        }
        if let equals {
            apply(option, String(text[text.index(after: equals)...]), shown: "--\(name)", at: location)
        } else if let value = value(of: "--\(name)") {
            apply(option, value, shown: "--\(name)", at: location)
        }
    }

    /// Letters may stand together, the last one with its value: `-sSLX POST`, `-XPOST`.
    private mutating func short(_ letters: Substring) {
        let location = index
        var rest = letters
        while let letter = rest.popFirst() {
            guard let option = CurlOption.short(letter) else {
                problem("the option \(quoted("-\(letter)")) is not known", at: location)
                return
            }
            guard option.takesValue else {
                apply(option, "", shown: "-\(letter)", at: location)
                continue
            }
            let value = rest.isEmpty ? value(of: "-\(letter)") : String(rest)
            if let value { apply(option, value, shown: "-\(letter)", at: location) }
            return
        }
    }

    private mutating func value(of option: String) -> String? {
        guard index < words.count else {
            problem("the option \(option) lacks its value")
            return nil
        }
        index += 1
        return words[index - 1]
    }

    private mutating func apply(_ option: CurlOption, _ value: String, shown: String, at position: Int) {
        switch option.effect {
        case .ignored: break
        case .leftOut(let reason): leave(out: "\(shown): \(reason)")
        case .refused(let reason): problem("\(shown) can't be imported: \(reason)", at: position)
        case .form: form(value, shown: shown, at: position)
        case .formText: formText(value, at: position)
        case .upload:
            if ["-", "."].contains(value) || value.contains("{") || value.contains("[") {
                problem("\(shown) wants one file", at: position)
            } else {
                request.upload = file(value, at: position)
            }
        case .urlQuery: urlQuery(value, shown: shown, at: position)
        case .digest: request.usesDigest = true
        case .signature: request.signature = value
        case .redirects: request.followsRedirects = true
        case .maximumRedirects:
            guard let count = Int(value), count >= -1 else {
                problem("\(shown) wants a number", at: position)
                return
            }
            request.maximumRedirects = count
        case .compressed: request.settings.unpacksAnswers = true
        case .http2:
            request.settings.version = "2"
            request.usesPriorKnowledge = option.name == "http2-prior-knowledge"
        case .insecure: request.settings.verifies = false
        case .authorities: request.settings.ca = file(value, at: position)
        case .certificate:
            // What follows a colon is the key's password.
            if value.contains(":"), !FileManager.default.fileExists(atPath: value) {
                problem("\(shown): a key with a password can't be imported", at: position)
            } else {
                request.settings.certificate = file(value, at: position)
            }
        case .key: request.settings.key = file(value, at: position)
        case .minimumTLS(let version): request.settings.minimumTLS = version ?? request.settings.minimumTLS
        case .maximumTLS: if ["1.2", "1.3"].contains(value) { request.settings.maximumTLS = value }
        case .proxy(let scheme): request.proxy = value.contains("://") ? value : "\(scheme)://\(value)"
        case .proxyUser: request.proxyUser = value
        case .unixSocket: request.settings.unixSocket = value
        case .resolve: resolve(value, shown: shown, at: position)
        case .url: request.urls.append((value, position))
        case .method: request.method = value
        case .header: header(value, at: position)
        case .data, .dataBinary: data(value, shown: shown, at: position)
        case .dataRaw: request.data.append(.init(text: value, isJSON: false))
        case .dataEncode: encodedData(value, shown: shown, at: position)
        case .json:
            data(value, shown: shown, at: position, isJSON: true)
            for (name, type) in [("Content-Type", "application/json"), ("Accept", "application/json")]
            where request.header(name.lowercased()) == nil { request.headers.append((name, type)) }
        case .get: request.usesQuery = true
        case .head: request.isHead = true
        case .user: request.user = value
        case .agent: replaceHeader("User-Agent", value)
        case .referer: replaceHeader("Referer", String(value.split(separator: ";").first ?? ""))
        case .range: replaceHeader("Range", "bytes=\(value)")
        case .cookie:
            // A file: what answers set is sent again, as with the file that another command wrote.
            if value.contains("=") { request.cookies.append(value) } else { request.settings.keepsCookies = true }
        case .bearer: request.bearer = value
        case .maximumTime: maximumTime(value, shown: shown, at: position)
        case .noGlob: request.globs = false
        case .next: endRequest()
        }
    }

    private mutating func replaceHeader(_ name: String, _ value: String) {
        request.headers.removeAll { $0.name.lowercased() == name.lowercased() }
        if !value.isEmpty { request.headers.append((name, value)) }
    }

    /// `Name: value`; `Name:` takes a field away, `Name;` sends it empty.
    private mutating func header(_ text: String, at position: Int) {
        if text.hasPrefix("@") {
            problem("-H @FILE: put the fields into the command", at: position)
            return
        }
        if let colon = text.firstIndex(of: ":") {
            let name = String(text[..<colon])
            let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            guard HeaderName.isToken(name) else {
                problem("\(quoted(name)) is not a valid header name", at: position)
                return
            }
            guard !value.isEmpty else {
                request.headers.removeAll { $0.name.lowercased() == name.lowercased() }
                return
            }
            // A type given by hand goes before the one of --json.
            if ["content-type", "accept"].contains(name.lowercased()) {
                replaceHeader(name, String(value))
            } else {
                request.headers.append((name, String(value)))
            }
        } else if text.hasSuffix(";"), HeaderName.isToken(String(text.dropLast())) {
            request.headers.append((String(text.dropLast()), ""))
        } else {
            problem("-H wants 'Name: value'", at: position)
        }
    }

    private mutating func data(_ value: String, shown: String, at position: Int, isJSON: Bool = false) {
        guard value.hasPrefix("@") else {
            request.data.append(.init(text: value, isJSON: isJSON))
            return
        }
        guard let path = file(String(value.dropFirst()), at: position) else { return }
        if isJSON || shown == "--data-binary" {
            request.data.append(.init(text: "", isJSON: isJSON, file: path))
        } else if let text = content(of: path, at: position) {
            // curl takes the line breaks out.
            let lines = text.unicodeScalars.filter { $0 != "\n" && $0 != "\r" && $0 != "\0" }
            request.data.append(.init(text: String(String.UnicodeScalarView(lines)), isJSON: false))
        }
    }

    /// `content`, `=content`, `name=content`: the content is encoded.
    private mutating func encodedData(_ value: String, shown: String, at position: Int) {
        guard let text = encoded(value, shown: shown, at: position) else { return }
        request.data.append(.init(text: text, isJSON: false))
    }

    /// `--url-query` adds a field to the URL's query as `--data-urlencode` does to a form; behind a plus, as it is.
    private mutating func urlQuery(_ value: String, shown: String, at position: Int) {
        if value.hasPrefix("+") {
            request.query.append(String(value.dropFirst()))
        } else if let text = encoded(value, shown: shown, at: position) {
            request.query.append(text)
        }
    }

    private mutating func encoded(_ value: String, shown: String, at position: Int) -> String? {
        let sign = value.firstIndex { $0 == "=" || $0 == "@" }
        guard let sign else { return PercentCoding.encoded(value) }
        let name = value[..<sign]
        let rest = String(value[value.index(after: sign)...])
        let text = value[sign] == "=" ? rest : file(rest, at: position).flatMap { content(of: $0, at: position) }
        guard let content = text.map(PercentCoding.encoded) else { return nil }
        return name.isEmpty ? content : "\(name)=\(content)"
    }

    private mutating func maximumTime(_ value: String, shown: String, at position: Int) {
        guard let seconds = Double(value), seconds > 0, seconds <= 86_400 else {
            problem("\(shown) wants a number of seconds", at: position)
            return
        }
        request.timeout = "\(max(1, Int((seconds * 1000).rounded())))ms"
    }

    private mutating func endRequest() {
        defer { request = CurlRequest() }
        guard !request.urls.isEmpty else {
            if !request.isEmpty { problem("the options before this name no URL") }
            return
        }
        // curl joins what it reads; only a lone file goes out as it is.
        if request.data.count > 1 || request.usesQuery {
            for position in request.data.indices {
                guard let path = request.data[position].file else { continue }
                request.data[position].text = content(of: path, at: index) ?? ""
                request.data[position].file = nil
            }
        }
        requests.append(request)
    }
}
