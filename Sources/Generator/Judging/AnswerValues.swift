import Measures
import Scenarios

/// The calculated values of an answer, as far as the same request must get the same ones: those at the paths that are
/// verified, as they stand in the JSON text; the whole body where there are none.
struct AnswerValues {
    private let paths: [JSONPath]
    private let body: UnsafeBufferPointer<UInt8>

    private static let separator: Character = "\u{1F}"
    private static let absent = "\u{1E}"
    /// Characters of a value that are remembered to be shown.
    private static let shownBound = 40

    init(_ calculation: Calculation, body: UnsafeBufferPointer<UInt8>) {
        paths = calculation.answers.map(\.path)
        self.body = body
    }

    /// The values as one number, equal for equal values of this process.
    var digest: UInt64 {
        var hasher = Hasher()
        if paths.isEmpty { hasher.combine(bytes: UnsafeRawBufferPointer(body)) }
        for path in paths {
            let value = bytes(at: path)
            // The length, so that no value can be taken for the next one's beginning.
            hasher.combine(value?.count ?? -1)
            if let value { hasher.combine(bytes: UnsafeRawBufferPointer(value)) }
        }
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }

    /// The values to show when a later answer differs; of a whole body none.
    ///
    /// - Parameter secrets: What must not show in texts. Numbers are most of what is calculated: they need no search here, since
    ///   results are searched once more.
    func shown(_ secrets: @autoclosure () -> Secrets) -> String {
        paths.map { shown($0, secrets) }.joined(separator: String(Self.separator))
    }

    /// What differs between these values and those that were shown for the first answer.
    func difference(from before: String, _ secrets: @autoclosure () -> Secrets) -> AnswerJudge.Difference {
        let former = before.split(separator: Self.separator, omittingEmptySubsequences: false).map(String.init)
        for (path, old) in zip(paths, former) {
            let new = shown(path, secrets)
            guard new != old else { continue }
            return AnswerJudge.Difference(
                kind: .notDeterministic, path: path.source, expected: old == Self.absent ? nil : old,
                observed: new == Self.absent ? nil : new)
        }
        // The whole body, or values whose beginnings are the same.
        return AnswerJudge.Difference(
            kind: .notDeterministic, path: paths.count == 1 ? paths[0].source : nil, expected: nil, observed: nil)
    }

    private func bytes(at path: JSONPath) -> UnsafeBufferPointer<UInt8>? {
        (try? JSONScanner.find(path, in: body))?.bytes
    }

    private func shown(_ path: JSONPath, _ secrets: () -> Secrets) -> String {
        guard let value = bytes(at: path) else { return Self.absent }
        let text = String(decoding: value.prefix(KeptRequest.bodyBound), as: UTF8.self)
        let isText = value.first.map("\"[{".utf8.contains) ?? false
        let secrets = isText ? secrets() : Secrets()
        // A separator can't stand in JSON (RFC 8259 §7); in what only looks like it, it must not pass for one.
        return String(secrets.excerpt(text, characters: Self.shownBound).map { $0 == Self.separator ? " " : $0 })
    }
}
