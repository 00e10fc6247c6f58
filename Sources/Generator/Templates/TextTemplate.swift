import Glibc
import Measures
import Scenarios

/// A text compiled for rendering: literals lie in one block of memory, places are plain numbers, so that rendering
/// touches no reference count. Rendered with an escape that fits its place in the request.
struct TextTemplate {
    /// How filled-in values are made fit for their place. Literals are made fit when the template is compiled.
    enum Escape {
        /// As they are.
        case none
        /// In a request target: blanks, controls and what RFC 3986 §2 does not allow are percent-encoded.
        case url
        /// In a path segment, or in the name or value of a parameter: all but unreserved characters are percent-encoded;
        /// what is to go out as it is, as in `url`.
        case component
        /// In a component of a form, likewise; what is to go out as it is does so.
        case form
        /// In a header value: CR, LF and NUL become blanks, so that no value can add a field.
        case header
        /// Inside a JSON text.
        case json
    }

    private enum Source {
        case literal(offset: Int, count: Int)
        case column(table: Int, column: Int)
        case capture(Int)
        case iteration
        case user
        case uuid
        /// A `traceparent` of random ids.
        case traceParent
        /// The write's id; what the run's ids have in common.
        case writeID(run: UInt64)
        case randomInt(low: Int, span: UInt64)
        case messageID
        case round
        /// A JSON value by itself: with quotation marks unless it is one already.
        case jsonColumn(table: Int, column: Int)
        case jsonCapture(Int)
        /// A JSON number of a value.
        case numberColumn(table: Int, column: Int)
        case numberCapture(Int)
        /// What a URL begins with, and the place in `bases` of what it is seen from.
        case referenceColumn(table: Int, column: Int, base: Int)
        case referenceCapture(Int, base: Int)
        /// The bytes that a value tells.
        case codedColumn(table: Int, column: Int, Conversation.ByteCoding)
        case codedCapture(Int, Conversation.ByteCoding)
    }

    private struct Piece {
        var source: Source
        var escape: Escape
    }

    private var pieces: UnsafeMutableBufferPointer<Piece>
    private var literals: ByteStore
    /// What references are seen from.
    private var bases: UnsafeMutableBufferPointer<URLBase>

    /// A text whose places are filled in as they are.
    init(_ text: Text, names: VariableNames) {
        var builder = Builder(names: names)
        builder.append(text, escape: .none)
        self = builder.finish()
    }

    private init(
        pieces: UnsafeMutableBufferPointer<Piece>, literals: ByteStore, bases: UnsafeMutableBufferPointer<URLBase>
    ) {
        self.pieces = pieces
        self.literals = literals
        self.bases = bases
    }

    /// The rendered text where nothing has to be filled in.
    var constant: UnsafeBufferPointer<UInt8>? {
        pieces.isEmpty || (pieces.count == 1 && isLiteral(pieces[0])) ? literals.bytes : nil
    }

    private func isLiteral(_ piece: Piece) -> Bool { if case .literal = piece.source { true } else { false } }

    func release() {
        var literals = literals
        literals.release()
        pieces.deallocate()
        for base in bases { base.release() }
        bases.deallocate()
    }

    /// Appends the text to `output`. False where a capture is missing, or isn't what its place needs: a number, a URL on
    /// the target, or what tells bytes.
    func render(_ context: UserContext, tables: RowTables, random: inout SeededRandom, to output: inout ByteStore)
        -> Bool
    {
        for piece in pieces {
            switch piece.source {
            case .literal(let offset, let count):
                if let base = literals.base { output.append(base + offset, count: count) }
            case .column(let table, let column):
                output.append(tables.cell(table: table, column: column, rows: context.rows), escaped: piece.escape)
            case .capture(let index):
                guard let value = context.captures?[index] else { return false }
                value.text.withUnsafeBufferPointer { output.append($0, escaped: piece.escape) }
            case .iteration: output.append(decimal: context.iteration)
            case .user: output.append(decimal: context.user)
            case .messageID: output.append(decimal: context.message)
            case .round: output.append(decimal: context.round)
            case .uuid: output.append(uuidFrom: random.next(), random.next())
            case .traceParent: output.append(traceParentFrom: random.next(), random.next(), span: random.next())
            case .writeID(let run):
                let id = WriteID(run: run, number: UInt64(truncatingIfNeeded: context.iteration))
                output.append(uuid: id.high, id.low)
            case .randomInt(let low, let span):
                output.append(
                    decimal: low &+ Int(truncatingIfNeeded: span == .max ? random.next() : random.below(span + 1)))
            case .jsonColumn(let table, let column):
                let cell = tables.cell(table: table, column: column, rows: context.rows)
                if tables.isJSON(table: table, column: column, rows: context.rows) {
                    output.append(cell)
                } else {
                    output.append(jsonText: cell)
                }
            case .jsonCapture(let index):
                guard let value = context.captures?[index] else { return false }
                value.text.withUnsafeBufferPointer {
                    if value.isJSON { output.append($0) } else { output.append(jsonText: $0) }
                }
            case .numberColumn(let table, let column):
                let cell = tables.cell(table: table, column: column, rows: context.rows)
                guard output.append(jsonNumber: cell) else { return false }
            case .numberCapture(let index):
                guard let value = context.captures?[index],
                    value.text.withUnsafeBufferPointer({ output.append(jsonNumber: $0) })
                else { return false }
            case .referenceColumn(let table, let column, let base):
                let cell = tables.cell(table: table, column: column, rows: context.rows)
                guard bases[base].append(cell, to: &output) else { return false }
            case .referenceCapture(let index, let base):
                guard let value = context.captures?[index],
                    value.text.withUnsafeBufferPointer({ bases[base].append($0, to: &output) })
                else { return false }
            case .codedColumn(let table, let column, let coding):
                let cell = tables.cell(table: table, column: column, rows: context.rows)
                guard output.append(decoding: cell, coding) else { return false }
            case .codedCapture(let index, let coding):
                guard let value = context.captures?[index],
                    value.text.withUnsafeBufferPointer({ output.append(decoding: $0, coding) })
                else { return false }
            }
        }
        return true
    }

    /// Collects the parts of a text, then `finish`es it.
    struct Builder {
        private var pieces: [Piece] = []
        private var literals = ByteStore()
        private var literalStart = 0
        private var bases: [URLBase] = []
        private let names: VariableNames

        init(names: VariableNames) { self.names = names }

        mutating func append(_ literal: String, escape: Escape = .none) {
            var literal = literal
            literal.withUTF8 { literals.append($0, escaped: escape) }
        }

        mutating func append(bytes: [UInt8]) { bytes.withUnsafeBufferPointer { literals.append($0) } }

        mutating func append(_ text: Text, escape: Escape) {
            for piece in text.pieces {
                switch piece {
                case .literal(let literal), .secret(let literal, _): append(literal, escape: escape)
                case .variable(let variable): append(variable, escape: escape)
                }
            }
        }

        /// Appends a request target.
        mutating func append(_ target: RequestTarget) {
            var pieces = target.text.pieces[...]
            if let base = target.base, case .variable(let variable)? = pieces.first {
                append(variable.base, seenFrom: base, isWhole: pieces.count == 1)
                pieces = pieces.dropFirst()
            }
            for piece in pieces {
                switch piece {
                case .literal(let text), .secret(let text, _): append(text, escape: .url)
                case .variable(let variable): append(variable, escape: .component)
                }
            }
        }

        /// Appends the bytes that a value tells: a column or a capture.
        mutating func append(bytesOf variable: Variable, _ coding: Conversation.ByteCoding) {
            endLiteral()
            switch variable {
            case .column(let table, let column):
                let source = names.column(table, column) { Source.codedColumn(table: $0, column: $1, coding) }
                pieces.append(Piece(source: source, escape: .none))
            case .capture(let name):
                pieces.append(Piece(source: .codedCapture(names.capture(name), coding), escape: .none))
            default: preconditionFailure("the reader takes columns and captures only")
            }
        }

        private mutating func append(_ variable: Variable, seenFrom base: Endpoint, isWhole: Bool) {
            let location = bases.count
            switch variable {
            case .column(let table, let column):
                endLiteral()
                let source = names.column(table, column) {
                    Source.referenceColumn(table: $0, column: $1, base: location)
                }
                pieces.append(Piece(source: source, escape: .url))
            case .capture(let name):
                endLiteral()
                pieces.append(Piece(source: .referenceCapture(names.capture(name), base: location), escape: .url))
            default: preconditionFailure("the reader takes columns and captures only")
            }
            bases.append(URLBase(base, isWhole: isWhole))
        }

        mutating func append(_ template: JSONTemplate) {
            switch template {
            case .raw(let raw): append(raw)
            case .text(let text):
                append("\"")
                append(text, escape: .json)
                append("\"")
            case .variable(let variable): appendJSONValue(variable)
            case .array(let elements):
                append("[")
                for (index, element) in elements.enumerated() {
                    if index > 0 { append(",") }
                    append(element)
                }
                append("]")
            case .object(let members):
                append("{")
                for (index, member) in members.enumerated() {
                    append(index > 0 ? ",\"" : "\"")
                    append(member.name, escape: .json)
                    append("\":")
                    append(member.value)
                }
                append("}")
            }
        }

        private mutating func append(_ variable: Variable, escape: Escape) {
            endLiteral()
            var escape = escape
            if case .raw = variable {
                switch escape {
                // What no URL holds is encoded even then: a blank would end the request line.
                case .component: escape = .url
                case .form: escape = .none
                case .none, .url, .header, .json: break
                }
            }
            let source: Source =
                switch variable.base {
                case .column(let table, let column): names.column(table, column) { .column(table: $0, column: $1) }
                case .capture(let name): .capture(names.capture(name))
                // Steps have no catalogue and no cursor; the reader refuses them there.
                case .iteration, .catalogueNumber, .cursor: .iteration
                case .writeID: .writeID(run: names.run)
                case .user: .user
                case .uuid: .uuid
                case .traceParent: .traceParent
                case .messageID: .messageID
                case .round: .round
                case .randomInt(let range): .randomInt(low: range.lowerBound, span: range.span)
                case .raw, .formed: preconditionFailure("a base is not a variable of another one")
                }
            pieces.append(Piece(source: source, escape: escape))
        }

        private mutating func appendJSONValue(_ variable: Variable) {
            switch variable {
            case .column(let table, let column):
                endLiteral()
                let source = names.column(table, column) { Source.jsonColumn(table: $0, column: $1) }
                pieces.append(Piece(source: source, escape: .json))
            case .capture(let name):
                endLiteral()
                pieces.append(Piece(source: .jsonCapture(names.capture(name)), escape: .json))
            case .iteration, .user, .messageID, .round, .catalogueNumber, .cursor, .randomInt:
                append(variable, escape: .none)
            case .uuid, .writeID, .traceParent, .formed(_, .text):
                append("\"")
                append(variable.base, escape: .json)
                append("\"")
            case .formed(.column(let table, let column), .number):
                endLiteral()
                let source = names.column(table, column) { Source.numberColumn(table: $0, column: $1) }
                pieces.append(Piece(source: source, escape: .none))
            case .formed(.capture(let name), .number):
                endLiteral()
                pieces.append(Piece(source: .numberCapture(names.capture(name)), escape: .none))
            case .formed(let inner, .number), .raw(let inner): appendJSONValue(inner)
            }
        }

        private mutating func endLiteral() {
            guard literals.count > literalStart else { return }
            pieces.append(
                Piece(
                    source: .literal(offset: literalStart, count: literals.count - literalStart), escape: .none))
            literalStart = literals.count
        }

        consuming func finish() -> TextTemplate {
            endLiteral()
            let memory = UnsafeMutableBufferPointer<Piece>.allocate(capacity: pieces.count)
            _ = memory.initialize(from: pieces)
            let bases = UnsafeMutableBufferPointer<URLBase>.allocate(capacity: bases.count)
            _ = bases.initialize(from: self.bases)
            return TextTemplate(pieces: memory, literals: literals, bases: bases)
        }
    }
}

extension ClosedRange<Int> {
    /// Upper − lower bound.
    fileprivate var span: UInt64 { UInt64(bitPattern: Int64(upperBound &- lowerBound)) }
}
