import Glibc

/// A file that gets a line for each write that something is wrong with; it is made with the first one.
struct EvidenceFile {
    private let path: String
    private var lines: [String] = []

    init(path: String) { self.path = path }

    /// Takes a line; it is written at `flush` at the latest.
    mutating func add(_ line: String) {
        lines.append(line)
        if lines.count >= 1_000 { flush() }
    }

    /// Writes what was taken.
    mutating func flush() {
        guard !lines.isEmpty else { return }
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        if file >= 0 {
            let bytes = Array(lines.joined().utf8)
            _ = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            close(file)
        }
        lines = []
    }
}
