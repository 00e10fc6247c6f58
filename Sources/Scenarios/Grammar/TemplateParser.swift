internal import HTTPFields

/// Parses texts with places to fill in.
///
///     text  := (characters | "$${" | "${" place "}")*            "$${" stands for the characters "${"
///     place := [ "raw:" ] source
///     source := "env:" NAME [ ":-" default ] | "file:" path | "aws-secret:" name [ "#" path ] | variable [ "|" form ]
///     variable := table "." column | captured name
///            | "iteration" | "user" | "uuid" | "random.int(" integer "," integer ")" | "message.id" | "loop.round" | "write.id" | "cursor" | "n"
///     form := "text" | "number"
struct TemplateParser {
    private static let maximumProblems = 20

    /// What may be filled in.
    var scope: Scope
    /// The value of an environment variable.
    var environment: (String) -> String?
    /// The contents of a file, or why it can't be read.
    var file: (String) -> Result<String, SourceFile.Unreadable>
    /// The text of a secret; nil: none is read.
    var secret: ((String) -> Result<String, UnreadableSecret>)?
    /// Why a column's values can't all be numbers; nil where they can.
    var notNumbers: (_ table: String, _ column: String) -> String? = { _, _ in nil }
    /// True for a URL: what is filled in is encoded as it fits its place in it (`URLPosition`).
    var isURL = false

    private static let rawPrefix = "raw:"

    /// Stands for a secret that isn't read: a number too, where one is expected.
    private static let standIn = "0"

    /// The text, and all that is wrong in it.
    func parse(_ source: String) -> (text: Text, problems: [GrammarError]) {
        let (text, problems, _) = parseKeepingSecrets(source)
        return (text, problems)
    }

    /// The text, all that is wrong in it, and its secrets as they are: in a URL they are encoded.
    func parseKeepingSecrets(
        _ source: String
    ) -> (text: Text, problems: [GrammarError], secrets: [(value: String, shown: String)]) {
        var cursor = Cursor(source)
        var secrets: [(value: String, shown: String)] = []
        var position = URLPosition()
        var pieces: [Text.Piece] = []
        var literal = String.UnicodeScalarView()
        var problems: [GrammarError] = []

        func add(_ piece: Text.Piece) {
            if case .literal(let value) = piece {
                literal.append(contentsOf: value.unicodeScalars)
                return
            }
            if !literal.isEmpty { pieces.append(.literal(String(literal))) }
            literal = String.UnicodeScalarView()
            pieces.append(piece)
        }

        while let scalar = cursor.next {
            // A text of nothing but mistakes is not worth a message for each.
            if problems.count >= Self.maximumProblems { break }
            if cursor.starts(with: "$${") {
                literal.append(contentsOf: "${".unicodeScalars)
                if isURL { position.pass("${") }
                cursor.advance(by: 3)
            } else if cursor.starts(with: "${") {
                let start = cursor.offset
                cursor.advance(by: 2)
                let name = cursor.take { $0 != "}" }
                guard cursor.next == "}" else {
                    problems.append(GrammarError(offset: start, message: "${ is not closed by }"))
                    break
                }
                cursor.advance()
                do throws(GrammarError) {
                    let piece = try placeholder(name, offset: start)
                    if case .secret(let value, let shown) = piece { secrets.append((value, shown)) }
                    guard isURL else {
                        add(piece)
                        continue
                    }
                    let isRaw = name.hasPrefix(Self.rawPrefix)
                    let fit = isRaw ? piece : Self.fit(piece, position, isLast: cursor.isAtEnd)
                    position.pass(piece)
                    add(fit)
                } catch {
                    problems.append(error)
                    // Something must stand there, so that what follows is not judged as if it were missing.
                    add(.variable(.uuid))
                }
            } else {
                literal.append(scalar)
                if isURL { position.pass(String(Character(scalar))) }
                cursor.advance()
            }
        }
        if !literal.isEmpty { pieces.append(.literal(String(literal))) }
        return (Text(pieces: pieces), problems, secrets)
    }

    /// What is filled in at a location of a URL. Of what an iteration gives only the way is noted here: it is encoded when it
    /// is sent.
    private static func fit(_ piece: Text.Piece, _ position: URLPosition, isLast: Bool) -> Text.Piece {
        let isWhole = position.isStart || (isLast && position.isQueryStart)
        let isEncoded = position.isInPathOrQuery && !isWhole
        switch piece {
        case .literal(let value): return .literal(isEncoded ? PercentEncoding.encoded(value) : value)
        case .secret(let value, let shown):
            return .secret(value: isEncoded ? PercentEncoding.encoded(value) : value, shown: shown)
        case .variable(let variable): return .variable(isWhole ? .raw(variable) : variable)
        }
    }

    private func placeholder(_ name: String, offset: Int) throws(GrammarError) -> Text.Piece {
        guard name.hasPrefix(Self.rawPrefix) else { return try value(name, offset: offset) }
        guard scope.hasRaw else {
            throw GrammarError(
                offset: offset, message: "${raw:…} is for URLs and forms: elsewhere nothing is encoded for them")
        }
        let piece = try value(String(name.dropFirst(Self.rawPrefix.count)), offset: offset)
        if case .variable(let variable) = piece { return .variable(.raw(variable)) }
        return piece
    }

    private func value(_ name: String, offset: Int) throws(GrammarError) -> Text.Piece {
        if name.contains("${") { throw GrammarError(offset: offset, message: "${ can't stand inside ${…}") }
        if name.isEmpty { throw GrammarError(offset: offset, message: "${} names nothing") }
        if name.hasPrefix("env:") { return try environmentValue(String(name.dropFirst(4)), offset: offset) }
        if name.hasPrefix("file:") { return try fileValue(String(name.dropFirst(5)), offset: offset) }
        if name.hasPrefix("aws-secret:") {
            return try managedSecret(String(name.dropFirst("aws-secret:".count)), offset: offset)
        }
        let parts = name.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let source = parts[0].trimmingSpaces()
        let variable =
            source.hasPrefix("random.")
            ? try random(source, offset: offset) : try variable(parts.count > 1 ? source : name, offset: offset)
        guard parts.count > 1 else { return .variable(variable) }
        return .variable(.formed(variable, try form(parts[1].trimmingSpaces(), of: variable, offset: offset)))
    }

    private func form(_ word: String, of variable: Variable, offset: Int) throws(GrammarError) -> Variable.Form {
        guard let form = Variable.Form(rawValue: word) else {
            let names = Variable.Form.allCases.map(\.rawValue)
            let hint = Suggestion.hint(for: word, among: names, otherwise: "there are")
            throw GrammarError(offset: offset, message: "unknown form \(quoted(word)) in ${…|…}\(hint)")
        }
        switch variable {
        case .uuid where form == .number:
            throw GrammarError(offset: offset, message: "${uuid} is not a number")
        case .column(let table, let column) where form == .number:
            if let reason = notNumbers(table, column) { throw GrammarError(offset: offset, message: reason) }
        default: break
        }
        return form
    }

    private func environmentValue(_ text: String, offset: Int) throws(GrammarError) -> Text.Piece {
        let separator = text.firstRange(of: ":-")
        let name = separator.map { String(text[..<$0.lowerBound]) } ?? text
        let isName = !name.isEmpty && name.utf8.allSatisfy { $0 > 32 && $0 != UInt8(ascii: "=") && $0 != 127 }
        guard isName else {
            throw GrammarError(offset: offset, message: "\(quoted(name)) is not a valid variable name")
        }
        let value = environment(name)
        // As in the shell, `:-` also stands in for a variable that is set to nothing.
        if let separator, value?.isEmpty ?? true { return .literal(String(text[separator.upperBound...])) }
        guard let value else {
            throw GrammarError(
                offset: offset,
                message: "the environment variable \(name) is not set (${env:\(name):-…} gives it a default)")
        }
        return .secret(value: value, shown: "${env:\(name)}")
    }

    private func fileValue(_ path: String, offset: Int) throws(GrammarError) -> Text.Piece {
        guard !path.isEmpty else { throw GrammarError(offset: offset, message: "${file:} names no file") }
        switch file(path) {
        case .success(let value):
            // One newline at the end is the editor's, not the value's.
            let trimmed = value.last == "\n" || value.last == "\r\n" ? String(value.dropLast()) : value
            return .secret(value: trimmed, shown: "${file:\(path)}")
        case .failure(let error):
            throw GrammarError(offset: offset, message: "the file \(quoted(path)) can't be read: \(error.reason)")
        }
    }

    private func managedSecret(_ text: String, offset: Int) throws(GrammarError) -> Text.Piece {
        let asked: SecretName
        do throws(GrammarError) {
            asked = try SecretName(parsing: text)
        } catch {
            throw GrammarError(offset: offset, message: error.message)
        }
        guard let secret else { return .secret(value: Self.standIn, shown: asked.shown) }
        let name = quoted(asked.name)
        switch secret(asked.name) {
        case .failure(let error):
            throw GrammarError(offset: offset, message: "the secret \(name) can't be read: \(error.reason)")
        case .success(let value):
            guard let path = asked.path else { return .secret(value: value, shown: asked.shown) }
            do throws(SecretMember.Problem) {
                return .secret(value: try SecretMember.value(of: path, in: value), shown: asked.shown)
            } catch {
                let problem =
                    switch error {
                    case .noObject: "is not a JSON object that \(quoted(path)) could be found in"
                    case .missing: "has no member \(quoted(path))"
                    case .null: "has null as its member \(quoted(path))"
                    }
                throw GrammarError(offset: offset, message: "the secret \(name) \(problem)")
            }
        }
    }

    private func random(_ name: String, offset: Int) throws(GrammarError) -> Variable {
        let malformed = GrammarError(
            offset: offset, message: "expected random.int(low,high) such as random.int(1,6), found \(quoted(name))")
        guard name.hasPrefix("random.int("), name.hasSuffix(")") else { throw malformed }
        let bounds = name.dropFirst("random.int(".count).dropLast().split(
            separator: ",", omittingEmptySubsequences: false)
        guard bounds.count == 2 else { throw malformed }
        func bound(_ text: Substring) -> Int? {
            let trimmed = text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
            let digits = String(trimmed)
            return digits.hasPrefix("-") ? Quantity.integer(digits.dropFirst()).map { -$0 } : Quantity.integer(digits)
        }
        guard let low = bound(bounds[0]), let high = bound(bounds[1]) else { throw malformed }
        guard low <= high else {
            throw GrammarError(offset: offset, message: "random.int(\(low),\(high)) is empty: the first is the greater")
        }
        guard scope.generated.contains("random.int") else { throw unknown(name, offset: offset) }
        return .randomInt(low...high)
    }

    private func variable(_ name: String, offset: Int) throws(GrammarError) -> Variable {
        if name == Variable.messageID.shown {
            guard scope.hasMessageID else {
                throw GrammarError(
                    offset: offset, message: "${message.id} has a value in send and reply of a websocket step only")
            }
            return .messageID
        }
        if name == Variable.round.shown {
            if scope.hasRound { return .round }
            // A table may be called so.
            if !scope.tables.contains(where: { $0.name == "loop" }) {
                throw GrammarError(
                    offset: offset, message: "${loop.round} has a value within a repeat or an until only")
            }
        }
        if name == Variable.writeID.shown {
            guard scope.hasWriteID else {
                throw GrammarError(
                    offset: offset, message: "${write.id} has a value in steps of a scenario whose drill has an audit")
            }
            return .writeID
        }
        if scope.hasCursor, name == Variable.cursor.shown { return .cursor }
        if scope.generated.contains(name) {
            switch name {
            case "iteration": return .iteration
            case "user": return .user
            case "uuid": return .uuid
            case Variable.catalogueNumber.shown: return .catalogueNumber
            default: break
            }
        }
        if scope.captures.contains(name) { return .capture(name) }
        if let dot = name.firstIndex(of: ".") {
            let column = String(name[name.index(after: dot)...])
            if let table = scope.tables.first(where: { $0.name == name[..<dot] }) {
                guard let columns = table.columns else { return .column(table: table.name, column: column) }
                if columns.contains(column) { return .column(table: table.name, column: column) }
                let hint = Suggestion.hint(for: column, among: columns, otherwise: "its columns")
                throw GrammarError(
                    offset: offset, message: "the data \(quoted(table.name)) has no column \(quoted(column))\(hint)")
            }
        }
        if scope.laterCaptures.contains(name) {
            throw GrammarError(
                offset: offset,
                message: "\(quoted(name)) has no value here: only this or a later step or another flow captures it")
        }
        throw unknown(name, offset: offset)
    }

    private func unknown(_ name: String, offset: Int) -> GrammarError {
        let base = name.prefix { $0 != "(" }
        let isKnown = Variable.generatedNames.contains(String(base))
        let problem = isKnown ? "\(quoted(name)) has no value here" : "unknown variable \(quoted(name))"
        let suggestion = isKnown ? "" : Suggestion.hint(for: name, among: scope.names + ["env:NAME", "file:PATH"])
        let names = (scope.names + ["env:NAME", "file:PATH"]).prefix(24).joined(separator: ", ")
        return GrammarError(offset: offset, message: "\(problem)\(suggestion); available here: \(names)")
    }
}

extension String {
    /// Without spaces at either end.
    fileprivate func trimmingSpaces() -> String {
        String(String(drop { $0 == " " }.reversed()).drop { $0 == " " }.reversed())
    }
}
