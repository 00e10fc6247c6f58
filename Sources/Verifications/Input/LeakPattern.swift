/// What gives away the inside of a server: stack traces, names of classes, errors of databases, paths of its files.
///
/// Plain texts, of which each says something by itself; `#` stands for one or more digits.
struct LeakPattern: Sendable {
    /// Whose it is, a bounded label.
    var label: String
    private var text: [UInt8]

    private init(_ label: String, _ text: String) {
        self.label = label
        self.text = Array(text.utf8)
    }

    /// Where a pattern was found.
    struct Match: Sendable, Equatable {
        var label: String
        /// The text that was found.
        var range: Range<Int>
    }

    private static let all: [LeakPattern] = [
        "Java": [
            ".java:#)", ".kt:#)", ".scala:#)", "Exception in thread \"", "java.lang.", "java.util.", "javax.servlet.",
            "jakarta.servlet.", "org.springframework.", "com.fasterxml.jackson.", "org.hibernate.",
        ],
        "Python": [
            "Traceback (most recent call last)", ".py\", line #", ".py\\\", line #", ".py&quot;, line #", ".py:#",
            "json.decoder.JSONDecodeError",
        ],
        "Node.js": [
            ".js:#:#", ".ts:#:#", ".mjs:#:#", ".cjs:#:#", "node:internal/", "/node_modules/", "at JSON.parse (",
        ],
        ".NET": [
            ".cs:line #", "--- End of stack trace", "   at System.", "   at Microsoft.",
            "System.NullReferenceException",
            "System.Text.Json.", "Newtonsoft.Json.", "System.FormatException",
        ],
        "PHP": [
            ".php on line #", ".php on line <b>#", ".php</b> on line <b>#", ".php:#", ".php(#)", "PHP Fatal error",
            "Uncaught TypeError: ", "Stack trace:",
        ],
        "Ruby": [".rb:#", "ActionDispatch::", "JSON::ParserError"],
        "Go": ["goroutine # [", "panic: runtime error", ".go:#"],
        "Rust": ["' panicked at ", ".rs:#:#"],
        "Swift": ["Fatal error: ", ".swift:#", "DecodingError.", "CodingKeys(stringValue", "NSDebugDescription"],
        "C++": [".cpp:#", "terminate called after throwing"],
        "a database": [
            "SQLSTATE[", "error in your SQL syntax", "ORA-#:", "PG::", "psycopg2.", "PSQLException",
            "syntax error at or near", "unterminated quoted string", "SQLITE_ERROR", "sqlite3.",
            "Unclosed quotation mark", "SequelizeDatabaseError", "PrismaClient", "MongoServerError",
            "invalid byte sequence for encoding", "duplicate key value violates",
        ],
        "a path of a file": [
            "/var/www/", "/var/task/", "/usr/src/", "/usr/local/", "/usr/lib/", "C:\\Users\\", "C:\\\\Users\\\\",
            "C:\\inetpub\\", "C:\\\\inetpub\\\\",
        ],
    ].sorted { $0.key < $1.key }.flatMap { label, texts in texts.map { LeakPattern(label, $0) } }

    /// All patterns by their first byte.
    private static let byFirstByte: [[LeakPattern]] = all.reduce(into: Array(repeating: [], count: 256)) {
        table, pattern in
        if let first = pattern.text.first { table[Int(first)].append(pattern) }
    }

    /// Whose insides show, in the order of their places, each pattern at its first place.
    static func matches(in bytes: [UInt8]) -> [Match] {
        var matches: [Match] = []
        for index in bytes.indices {
            for pattern in byFirstByte[Int(bytes[index])] {
                guard let end = pattern.end(in: bytes, from: index) else { continue }
                if !matches.contains(where: { $0.label == pattern.label }) {
                    matches.append(Match(label: pattern.label, range: index..<end))
                }
            }
        }
        return matches
    }

    /// Where the pattern ends that begins at a location; nil where it doesn't.
    private func end(in bytes: [UInt8], from start: Int) -> Int? {
        var position = start
        for wanted in text {
            guard wanted == UInt8(ascii: "#") else {
                guard position < bytes.count, bytes[position] == wanted else { return nil }
                position += 1
                continue
            }
            let digits = bytes[position...].prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            if digits.isEmpty { return nil }
            position = digits.endIndex
        }
        return position
    }
}
