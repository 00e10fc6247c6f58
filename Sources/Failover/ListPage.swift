public import Scenarios

/// A page of a list of writes, as an answer's body has it.
public struct ListPage: Sendable {
    /// An item.
    public struct Item: Sendable, Equatable {
        /// Its write's id.
        public var id: String
        /// How often it was applied; nil: not told.
        public var applied: Int?

        /// Makes an item.
        public init(id: String, applied: Int? = nil) {
            self.id = id
            self.applied = applied
        }
    }

    /// The body is no page of such a list.
    public struct Malformed: Error, CustomStringConvertible {
        /// Why.
        public var description: String
    }

    /// What it lists.
    public var items: [Item]
    /// Where the next one begins; nil: it is the last.
    public var next: String?

    /// Reads a body.
    public init(_ body: [UInt8], of list: AuditList) throws(Malformed) {
        let read = body.withUnsafeBufferPointer { body -> Result<ListPage, Malformed> in
            do throws(Malformed) {
                return .success(try Self.read(body, list))
            } catch {
                return .failure(error)
            }
        }
        self = try read.get()
    }

    private init(items: [Item], next: String?) {
        self.items = items
        self.next = next
    }

    private static func read(_ body: UnsafeBufferPointer<UInt8>, _ list: AuditList) throws(Malformed) -> ListPage {
        let found: [JSONScanner.Slice]?
        let next: JSONScanner.Slice?
        do throws(JSONScanner.Malformed) {
            found = try JSONScanner.find(list.items, in: body).flatMap { (slice) throws(JSONScanner.Malformed) in
                try JSONScanner.elements(of: slice)
            }
            if let path = list.next { next = try JSONScanner.find(path, in: body) } else { next = nil }
        } catch {
            throw Malformed(description: "a page is not JSON")
        }
        guard let found else { throw Malformed(description: "a page has no list at \(list.items.source)") }
        var items: [Item] = []
        items.reserveCapacity(found.count)
        for element in found { items.append(try item(element, list)) }
        // Some say false, or nothing, where others say null.
        let cursor = next.flatMap { $0.kind == .number || $0.kind == .text ? text(of: $0) : nil }
        return ListPage(items: items, next: cursor.flatMap { $0.isEmpty ? nil : $0 })
    }

    private static func item(_ slice: JSONScanner.Slice, _ list: AuditList) throws(Malformed) -> Item {
        let id: JSONScanner.Slice?
        if let path = list.id { id = try? JSONScanner.find(path, in: slice.bytes) } else { id = slice }
        guard let id, let name = text(of: id) else {
            throw Malformed(description: "an item of a page has no id\(list.id.map { " at \($0.source)" } ?? "")")
        }
        let applied = list.applied.flatMap { path in
            (try? JSONScanner.find(path, in: slice.bytes)).flatMap { text(of: $0) }.flatMap { Int($0) }
        }
        return Item(id: name, applied: applied)
    }

    /// A text, or a number as it is written.
    private static func text(of slice: JSONScanner.Slice) -> String? {
        switch slice.kind {
        case .text: JSONScanner.text(of: slice)
        case .number: String(decoding: slice.bytes, as: UTF8.self)
        default: nil
        }
    }
}
