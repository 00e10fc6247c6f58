import Scenarios

/// Parses the words of a curl command into requests.
struct CurlParser {
    private(set) var requests: [CurlRequest] = []
    /// What changes nothing that can be kept, a line each.
    private(set) var leftOut: [String] = []
    private var problems = SourceProblems()

    private let words: [String]
    private var index = 0
    private var request = CurlRequest()

    /// Parses a command, or throws all problems of it.
    init(_ line: String) throws(InvalidSource) {
        let shell = try ShellWords(line)
        if let remainder = shell.remainder {
            let shown = remainder.prefix { !$0.isWhitespace }
            leftOut.append("what follows the command, from \(quoted(String(shown))) on")
        }
        var words = shell.words[...]
        // As it is copied from documentation: a prompt, variables of this command, the program's path.
        if words.first == "$" || words.first == "%" { words = words.dropFirst() }
        while let word = words.first, word.contains("="), !word.hasPrefix("-"), !word.contains("/") {
            words = words.dropFirst()
        }
        guard let program = words.first,
            program.split(separator: "/").last.map({ $0 == "curl" || $0 == "curl.exe" }) ?? false
        else { throw InvalidSource("curl", "the command begins with curl") }
        self.words = Array(words.dropFirst())
        parse()
        endRequest()
        if requests.isEmpty { problems.report("curl", "the command names no URL") }
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

    private mutating func problem(_ message: String, at word: Int? = nil) {
        problems.report("curl: word \(word ?? index)", message)
    }

    // MARK: - Options

    private mutating func long(_ text: String) {
        let place = index
        let equals = text.firstIndex(of: "=")
        let name = equals.map { String(text[..<$0]) } ?? text
        guard let option = CurlOption.long(name) else {
            let hint = CurlOption.suggestion(for: name).map { " (did you mean \"\($0)\"?)" } ?? ""
            problem("the option \(quoted("--\(name)")) is not known\(hint)")
            return
        }
        guard option.takesValue else {
            if equals != nil { problem("the option --\(name) takes no value") }
            apply(option, "", shown: "--\(name)", at: place)
            return
        }
        if let equals {
            apply(option, String(text[text.index(after: equals)...]), shown: "--\(name)", at: place)
        } else if let value = value(of: "--\(name)") {
            apply(option, value, shown: "--\(name)", at: place)
        }
    }

    /// Letters may stand together, the last one with its value: `-sSLX POST`, `-XPOST`.
    private mutating func short(_ letters: Substring) {
        let place = index
        var rest = letters
        while let letter = rest.popFirst() {
            guard let option = CurlOption.short(letter) else {
                problem("the option \(quoted("-\(letter)")) is not known", at: place)
                return
            }
            guard option.takesValue else {
                apply(option, "", shown: "-\(letter)", at: place)
                continue
            }
            let value = rest.isEmpty ? value(of: "-\(letter)") : String(rest)
            if let value { apply(option, value, shown: "-\(letter)", at: place) }
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

    private mutating func apply(_ option: CurlOption, _ value: String, shown: String, at place: Int) {
        switch option.effect {
        case .ignored: break
        case .leftOut(let reason): if !leftOut.contains("\(shown): \(reason)") { leftOut.append("\(shown): \(reason)") }
        case .refused(let reason): problem("\(shown) can't be imported: \(reason)", at: place)
        case .form: problem("\(shown): \(MultipartBody.obstacle)", at: place)
        case .url: request.urls.append((value, place))
        case .method: request.method = value
        case .header: header(value, at: place)
        case .data, .dataBinary: data(value, shown: shown, at: place)
        case .dataRaw: request.data.append(.init(text: value, isJSON: false))
        case .dataEncode: encodedData(value, shown: shown, at: place)
        case .json:
            data(value, shown: shown, at: place, isJSON: true)
            for (name, type) in [("Content-Type", "application/json"), ("Accept", "application/json")]
            where request.header(name.lowercased()) == nil { request.headers.append((name, type)) }
        case .get: request.usesQuery = true
        case .head: request.isHead = true
        case .user: request.user = value
        case .agent: replaceHeader("User-Agent", value)
        case .referer: replaceHeader("Referer", String(value.split(separator: ";").first ?? ""))
        case .range: replaceHeader("Range", "bytes=\(value)")
        case .cookie:
            if value.contains("=") {
                request.cookies.append(value)
            } else {
                problem("\(shown): a file of cookies can't be imported: give NAME=VALUE", at: place)
            }
        case .bearer: request.bearer = value
        case .maximumTime: maximumTime(value, shown: shown, at: place)
        case .noGlob: request.globs = false
        case .next: endRequest()
        }
    }

    private mutating func replaceHeader(_ name: String, _ value: String) {
        request.headers.removeAll { $0.name.lowercased() == name.lowercased() }
        if !value.isEmpty { request.headers.append((name, value)) }
    }

    /// `Name: value`; `Name:` takes a field away, `Name;` sends it empty.
    private mutating func header(_ text: String, at place: Int) {
        if text.hasPrefix("@") {
            problem("-H @FILE: put the fields into the command", at: place)
            return
        }
        if let colon = text.firstIndex(of: ":") {
            let name = String(text[..<colon])
            let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            guard HeaderName.isToken(name) else {
                problem("\(quoted(name)) is no name of a header field", at: place)
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
            problem("-H wants 'Name: value'", at: place)
        }
    }

    private mutating func data(_ value: String, shown: String, at place: Int, isJSON: Bool = false) {
        guard !value.hasPrefix("@") else {
            problem(
                "\(shown) @FILE: give the content itself, or write body: ${file:PATH} into the scenario by hand",
                at: place)
            return
        }
        request.data.append(.init(text: value, isJSON: isJSON))
    }

    /// `content`, `=content`, `name=content`: the content is encoded.
    private mutating func encodedData(_ value: String, shown: String, at place: Int) {
        let sign = value.firstIndex { $0 == "=" || $0 == "@" }
        guard let sign, value[sign] == "=" else {
            if sign != nil {
                problem("\(shown) with @FILE: give the content itself", at: place)
            } else {
                request.data.append(.init(text: PercentCoding.encoded(value), isJSON: false))
            }
            return
        }
        let name = value[..<sign]
        let content = PercentCoding.encoded(String(value[value.index(after: sign)...]))
        request.data.append(.init(text: name.isEmpty ? content : "\(name)=\(content)", isJSON: false))
    }

    private mutating func maximumTime(_ value: String, shown: String, at place: Int) {
        guard let seconds = Double(value), seconds > 0, seconds <= 86_400 else {
            problem("\(shown) wants a number of seconds", at: place)
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
        requests.append(request)
    }
}
