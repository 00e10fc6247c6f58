import Scenarios

/// Finds out to which of the messages that await a reply an incoming one replies.
struct ReplyMatcher {
    private enum Rule {
        /// The number at the path is the id.
        case id(JSONPath)
        /// The check is tried for each waiting message, the oldest first.
        case check
    }

    private let rule: Rule

    init(_ check: Check) {
        if case .json(let path) = check.subject, case .text(.equal, let text) = check.predicate,
            text.pieces == [.variable(.messageID)], !path.leadsToSeveral
        {
            rule = .id(path)
        } else {
            rule = .check
        }
    }

    /// The index of the message among those that wait, whose ids are given in the order of their sending; nil where it
    /// replies to none. `holds` tries the check for a message.
    func index(
        of reply: UnsafeBufferPointer<UInt8>, among waiting: [ConversationCourse.Waiting],
        holds: (Int) -> Bool
    ) -> Int? {
        switch rule {
        case .id(let path):
            guard let id = Self.number(at: path, in: reply) else { return nil }
            return waiting.firstIndex { $0.id == id }
        case .check: return waiting.firstIndex { holds($0.id) }
        }
    }

    /// The whole number at a path, also where it is written as a text.
    static func number(at path: JSONPath, in message: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let slice = try? JSONScanner.find(path, in: message, stopsThere: true) else { return nil }
        switch slice.kind {
        case .number: return Int(String(decoding: slice.bytes, as: UTF8.self))
        case .text: return JSONScanner.text(of: slice).flatMap { Int($0) }
        default: return nil
        }
    }
}
