import CLinux
import Glibc
public import Measures

/// The writes of a drill, on disk before they count: a file of records of 32 bytes, appended in batches.
///
/// Memory does not grow with the number of writes.
public final class WriteLedger {
    /// What is known of a write when its exchange ended.
    public enum State: UInt8, Sendable {
        /// A good answer.
        case acknowledged
        /// Refused for certain: it was never applied.
        case failed
        /// Sent, and without an answer that says what became of it.
        case indeterminate

        /// By how the exchange ended. A 5xx answer may come from something in front of what applied the write, and a conflict
        /// (409, 412) of its being there already.
        ///
        /// - Parameter refused: The statuses that say for certain that it was not applied.
        init(_ attempt: Attempt, refused: [ClosedRange<Int>]) {
            switch attempt.outcome {
            case .ok: self = .acknowledged
            case _ where attempt.status != 0 && refused.contains { $0.contains(Int(attempt.status)) }: self = .failed
            case .http4xx: self = [409, 412].contains(attempt.status) ? .indeterminate : .failed
            case .refused, .dns, .connectTimeout, .tls, .rateLimited, .notSent: self = .failed
            default: self = .indeterminate
            }
        }
    }

    /// A write.
    public struct Entry: Sendable, Equatable {
        /// Its number.
        public var number: UInt64
        /// When it was sent.
        public var sent: Instant
        /// When its exchange ended.
        public var finished: Instant
        /// What is known of it.
        public var state: State
    }

    /// The file.
    public let path: String
    /// Writes by state.
    public private(set) var acknowledged: UInt64 = 0
    /// Those refused for certain.
    public private(set) var failed: UInt64 = 0
    /// Those of which it is not known.
    public private(set) var indeterminate: UInt64 = 0
    private let descriptor: Int32
    private let refused: [ClosedRange<Int>]
    private static let size = 32

    /// Begins a ledger. Throws where the file can't be written.
    ///
    /// - Parameter refused: The statuses that say for certain that a write was not applied.
    public init(path: String, refused: [ClosedRange<Int>] = []) throws {
        self.path = path
        self.refused = refused
        descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Unwritable(path: path, code: errno) }
    }

    deinit { close(descriptor) }

    /// The ledger can't be written: the audit would say too little.
    public struct Unwritable: Error, CustomStringConvertible {
        var path: String
        var code: Int32
        /// What happened.
        public var description: String { "can't write \(path): \(String(cString: strerror(code)))" }
    }

    /// Writes of all states.
    public var count: UInt64 { acknowledged + failed + indeterminate }

    /// Takes attempts of the writing step. They count once they are on disk.
    public func append(_ attempts: [Attempt]) throws {
        guard !attempts.isEmpty else { return }
        let states = attempts.map { State($0, refused: refused) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(attempts.count * Self.size)
        for (attempt, state) in zip(attempts, states) {
            withUnsafeBytes(of: attempt.iteration.littleEndian) { bytes += $0 }
            withUnsafeBytes(of: attempt.sent.nanoseconds.littleEndian) { bytes += $0 }
            withUnsafeBytes(of: attempt.finished.nanoseconds.littleEndian) { bytes += $0 }
            bytes += [state.rawValue, 0, 0, 0, 0, 0, 0, 0]
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw Unwritable(path: path, code: errno) }
            rest = rest.dropFirst(written)
        }
        guard fdatasync(descriptor) == 0 else { throw Unwritable(path: path, code: errno) }
        for state in states {
            switch state {
            case .acknowledged: acknowledged += 1
            case .failed: failed += 1
            case .indeterminate: indeterminate += 1
            }
        }
    }

    /// The writes from an index on, at most `count`.
    public func entries(from index: UInt64, count: Int) -> [Entry] {
        var bytes = [UInt8](repeating: 0, count: count * Self.size)
        var filled = 0
        while filled < bytes.count {
            let read = bytes.withUnsafeMutableBytes {
                pread(
                    descriptor, $0.baseAddress.map { $0 + filled }, $0.count - filled, off_t(index) * 32 + off_t(filled)
                )
            }
            if read < 0, errno == EINTR { continue }
            guard read > 0 else { break }
            filled += read
        }
        // What a full disk cut off within a record never counted.
        return bytes.withUnsafeBytes { bytes in
            (0..<filled / Self.size).map { position in
                let base = position * Self.size
                func value(_ offset: Int) -> UInt64 {
                    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: base + offset, as: UInt64.self))
                }
                return Entry(
                    number: value(0), sent: Instant(nanoseconds: Int64(bitPattern: value(8))),
                    finished: Instant(nanoseconds: Int64(bitPattern: value(16))),
                    state: State(rawValue: bytes[base + 24]) ?? .indeterminate)
            }
        }
    }
}
