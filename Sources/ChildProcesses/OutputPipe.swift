internal import CLinux
internal import Glibc

/// A pipe that a program writes to, and what was read of it: so many bytes at most, the others are taken and thrown away, so
/// that the program never waits.
public struct OutputPipe {
    /// The end that is read; below 0 once it is at its end.
    public private(set) var reading: Int32 = -1
    /// The end for the program; below 0 once it is closed here.
    public private(set) var writing: Int32 = -1
    /// What was read.
    public private(set) var bytes: [UInt8] = []
    /// True where there was more than is kept.
    public private(set) var isOver = false
    private let maximum: Int

    /// Makes a pipe that no program inherits by itself.
    ///
    /// - Parameters:
    ///   - maximum: The most bytes that are kept.
    ///   - waits: Whether reading does; the next program of a chain may not take well to a pipe that doesn't.
    public init(maximum: Int, waits: Bool = false) throws(ChildFailure) {
        self.maximum = maximum
        let error = loadgate_output_pipe(&reading, &writing, waits)
        if error < 0 { throw ChildFailure(program: "a pipe", kind: .resources, code: -error) }
    }

    /// Takes what is there.
    public mutating func read() {
        guard reading >= 0 else { return }
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        // As much as is kept at most, and a chunk: a program that prints without end doesn't hold up its own end.
        var budget = maximum + chunk.count
        while reading >= 0, budget > 0 {
            let count = Glibc.read(reading, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            if count == 0 { closeReading() }
            guard count > 0 else { return }
            budget -= count
            let room = maximum - bytes.count
            bytes += chunk[..<min(room, count)]
            if count > room { isOver = true }
        }
    }

    /// The first line that says something, without what a terminal would act on.
    public var firstLine: String {
        let text = String(decoding: bytes, as: UTF8.self)
        let line = text.split(whereSeparator: \.isNewline).first { $0.contains { !$0.isWhitespace } } ?? ""
        return String(
            String.UnicodeScalarView(line.unicodeScalars.map { $0.value < 32 || 127...159 ~= $0.value ? " " : $0 }))
    }

    /// Closes the program's end here: once it is started, it has its own.
    public mutating func closeWriting() {
        if writing >= 0 { Glibc.close(writing) }
        writing = -1
    }

    /// Closes the end that is read. A program that writes on gets SIGPIPE.
    public mutating func closeReading() {
        if reading >= 0 { Glibc.close(reading) }
        reading = -1
    }

    /// Closes both ends.
    public mutating func close() {
        closeWriting()
        closeReading()
    }
}
