import Fetch
import HTTPFields
import Measures
import Push
import Scenarios
import VerificationKit

/// What receivers of pushed figures answer: a status, what `Retry-After` says, and a body. Whatever it is, it means something, in
/// bounded words.
struct PushAnswerTarget: FuzzTarget {
    let name = "answers to pushed figures"

    /// Status, `Retry-After` and body, a line break between them.
    let corpus: [[UInt8]] = [
        "200\n\n{}", #"200\n\n{"partialSuccess":{"rejectedDataPoints":"17","errorMessage":"too old"}}"#,
        #"200\n\n{"partialSuccess":{"rejectedDataPoints":3}}"#, #"200\n\n{"partialSuccess":{"errorMessage":"a hint"}}"#,
        "204\n\n", "429\n3\n", "503\nSun, 06 Nov 1994 08:49:37 GMT\n", "502\n-1\n",
        #"400\n\n{"code":"invalid","message":"partial write: field type conflict"}"#,
        #"401\n\n{"error":"unable to parse authentication credentials"}"#, "301\n\n<html>",
    ].map { Array($0.replacing("\\n", with: "\n").utf8) }

    let words: [[UInt8]] = [
        "\n", "{", "}", "\"", "null", "-1", "1e999", "18446744073709551616", "\\u0000", "\\ud800", "\u{1B}[2J", "\0",
        "partialSuccess", "rejectedDataPoints", "errorMessage", "message", "error", "4294967296", "GMT",
    ].map { Array($0.utf8) }

    /// Characters of a reason at most.
    private static let bound = 400

    private let formats: [any PushFormat] = PushFormats.all.compactMap { kind in
        (try? PushTarget(kind.example, environment: [:]))?.format
    }

    mutating func check(_ input: [UInt8], random: inout SeededRandom) throws(BrokenRule) -> Bool {
        let parts = input.split(separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false)
        let text = parts.prefix(2).map { String(decoding: $0, as: UTF8.self) }
        let status = Int(text.first ?? "").map { abs($0 % 600) } ?? 200
        let pause = text.dropFirst().first ?? ""
        let answer = FetchAnswer(
            status: status, fields: pause.isEmpty ? [] : [HeaderLine("Retry-After", pause)],
            body: parts.count > 2 ? Array(parts[2]) : [])
        try BrokenRule.unless(formats.count == PushFormats.all.count, "a format has no target by its own example")
        var isTaken = false
        for format in formats {
            switch format.reception(of: answer) {
            case .taken:
                try BrokenRule.unless(200...299 ~= status, "status \(status) was taken")
                isTaken = true
            case .partly(_, let reason):
                try BrokenRule.unless(200...299 ~= status, "status \(status) was taken in part")
                try Self.hold(reason)
            case .later(let after, let reason):
                try BrokenRule.unless(after.map { $0 >= .zero } ?? true, "it is sent again before now")
                try Self.hold(reason)
            case .refused(let reason): try Self.hold(reason)
            }
        }
        return isTaken
    }

    private static func hold(_ reason: String) throws(BrokenRule) {
        try BrokenRule.unless(reason.count <= bound, "a reason of \(reason.count) characters")
        try BrokenRule.unless(!reason.contains(where: \.isNewline), "a reason of several lines")
    }
}
