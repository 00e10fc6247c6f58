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
        /// In a component of a form: all but unreserved characters are percent-encoded.
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
        case randomInt(low: Int, span: UInt64)
        case messageID
        /// A JSON value by itself: with quotation marks unless it is one already.
        case jsonColumn(table: Int, column: Int)
        case jsonCapture(Int)
        case jsonNumber(low: Int, span: UInt64)
    }

    private struct Piece {
        var source: Source
        var escape: Escape
    }

    private var pieces: UnsafeMutableBufferPointer<Piece>
    private var literals: ByteStore

    /// A text whose places are filled in as they are.
    init(_ text: Text, names: VariableNames) {
        var builder = Builder(names: names)
        builder.append(text, escape: .none)
        self = builder.finish()
    }

    private init(pieces: UnsafeMutableBufferPointer<Piece>, literals: ByteStore) {
        self.pieces = pieces
        self.literals = literals
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
    }

    /// Appends the text to `output`. False where a capture is missing.
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
            case .uuid: output.append(uuidFrom: random.next(), random.next())
            case .randomInt(let low, let span), .jsonNumber(let low, let span):
                output.append(
                    decimal: low &+ Int(truncatingIfNeeded: span == .max ? random.next() : random.below(span + 1)))
            case .jsonColumn(let table, let column):
                output.append(jsonValue: tables.cell(table: table, column: column, rows: context.rows))
            case .jsonCapture(let index):
                guard let value = context.captures?[index] else { return false }
                value.text.withUnsafeBufferPointer {
                    if value.isJSON { output.append($0) } else { output.append(jsonText: $0) }
                }
            }
        }
        return true
    }

    /// Collects the parts of a text, then `finish`es it.
    struct Builder {
        private var pieces: [Piece] = []
        private var literals = ByteStore()
        private var literalStart = 0
        private let names: VariableNames

        init(names: VariableNames) { self.names = names }

        mutating func append(_ literal: String, escape: Escape = .none) {
            var literal = literal
            literal.withUTF8 { literals.append($0, escaped: escape) }
        }

        mutating func append(_ text: Text, escape: Escape) {
            for piece in text.pieces {
                switch piece {
                case .literal(let literal), .secret(let literal, _): append(literal, escape: escape)
                case .variable(let variable): append(variable, escape: escape)
                }
            }
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
            let source: Source =
                switch variable {
                case .column(let table, let column): names.column(table, column) { .column(table: $0, column: $1) }
                case .capture(let name): .capture(names.capture(name))
                // Steps have no catalogue; the reader refuses it there.
                case .iteration, .catalogueNumber: .iteration
                case .user: .user
                case .uuid: .uuid
                case .messageID: .messageID
                case .randomInt(let range): .randomInt(low: range.lowerBound, span: range.span)
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
            case .iteration, .user, .messageID, .catalogueNumber: append(variable, escape: .none)
            case .randomInt(let range):
                endLiteral()
                pieces.append(
                    Piece(source: .jsonNumber(low: range.lowerBound, span: range.span), escape: .none))
            case .uuid:
                append("\"")
                append(variable, escape: .json)
                append("\"")
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
            return TextTemplate(pieces: memory, literals: literals)
        }
    }
}

extension ClosedRange<Int> {
    /// Upper − lower bound.
    fileprivate var span: UInt64 { UInt64(bitPattern: Int64(upperBound &- lowerBound)) }
}
