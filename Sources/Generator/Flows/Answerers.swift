import NIOConcurrencyHelpers

/// Who answered, by the value of a header field: numbers in the order in which they were first seen, the same for all
/// reactors of a run.
public final class Answerers: Sendable {
    /// The field's name.
    let field: String
    private let names = NIOLockedValueBox<[String]>([])

    init(field: String) { self.field = field }

    /// So many are told apart; further ones are not.
    private static let most = 250

    /// The number of a name, from 1; 0: there are too many.
    func number(of name: String) -> UInt8 {
        names.withLockedValue { names in
            if let index = names.firstIndex(of: name) { return UInt8(index + 1) }
            guard names.count < Self.most else { return 0 }
            names.append(name)
            return UInt8(names.count)
        }
    }

    /// The names so far; the first one has the number 1.
    public var all: [String] { names.withLockedValue { $0 } }
}

/// The numbers of those who answered a reactor's exchanges: what a head says is compared as bytes, so that nothing is allocated
/// and nobody is asked but at the first answer of each.
struct AnswererCache {
    private var known: [(value: [UInt8], number: UInt8)] = []
    private var last = 0

    /// The number of the answerer whose field `bytes`, a whole head, has; 0: it has none.
    mutating func number(in bytes: UnsafeBufferPointer<UInt8>, _ answerers: Answerers) -> UInt8 {
        let head = AnswerHead(bytes)
        guard let value = head.onlyValue(of: answerers.field) else {
            // Absent, or in several lines.
            return head.value(of: answerers.field).map { answerers.number(of: $0) } ?? 0
        }
        if last < known.count, value.elementsEqual(known[last].value) { return known[last].number }
        if let index = known.firstIndex(where: { value.elementsEqual($0.value) }) {
            last = index
            return known[index].number
        }
        let number = answerers.number(of: AnswerHead.text(value))
        // A server that says something else each time is not remembered.
        if number > 0 { known.append((Array(value), number)) }
        return number
    }
}
