internal import CKeeper
internal import CLinux
internal import Glibc

/// A program that outlives this process, whatever ends it, `kill -9` included: in a session of its own, ignoring SIGHUP, SIGINT
/// and SIGTERM, without outputs. Its descriptor 3 is the other end of a socket, at whose end it knows that this process is gone.
public final class ApartProcess: Sendable {
    /// Its process id.
    public let id: Int32
    /// This end of the socket.
    public let socket: Int32

    /// Starts a program, given by its path.
    public init(_ path: String, _ arguments: [String]) throws(ChildFailure) {
        func failure(_ code: Int32) -> ChildFailure {
            ChildFailure(program: path, kind: .resources, code: code)
        }
        guard access(path, X_OK) == 0 else { throw ChildFailure(program: path, kind: .program, code: errno) }
        var ends: [Int32] = [-1, -1]
        let error = loadgate_channel(&ends)
        guard error == 0 else { throw failure(-error) }
        defer { close(ends[1]) }
        var texts = ([path] + arguments).map { strdup($0) }
        texts.append(nil)
        defer { texts.forEach { free($0) } }
        let process = loadgate_start_apart(path, texts, ends[1])
        guard process > 0 else {
            close(ends[0])
            throw failure(-process)
        }
        id = process
        socket = ends[0]
    }

    /// Its end of the socket sees the end.
    deinit {
        close(socket)
        // It may take its time: then it is this process's zombie until that ends.
        waitpid(id, nil, WNOHANG)
    }

    /// Sends it a packet; false where it has ended, or takes none.
    public func send(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes {
            Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        } == bytes.count
    }

    /// The next packet from it; nil where none came within so many milliseconds, or it has ended.
    public func receive(milliseconds: Int32) -> [UInt8]? {
        let deadline = loadgate_monotonic() + Int64(milliseconds) * 1_000_000
        while true {
            let left = (deadline - loadgate_monotonic() + 999_999) / 1_000_000
            guard left > 0 else { return nil }
            var request = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            guard poll(&request, 1, Int32(clamping: left)) > 0 else { continue }
            var bytes = [UInt8](repeating: 0, count: 64 << 10)
            let count = recv(socket, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            return count > 0 ? Array(bytes[..<count]) : nil
        }
    }

    /// Waits for its end, so many milliseconds at most. True where it has ended.
    public func wait(milliseconds: Int32) -> Bool {
        let deadline = loadgate_monotonic() + Int64(milliseconds) * 1_000_000
        repeat {
            if waitpid(id, nil, WNOHANG) != 0 { return true }
            usleep(1_000)
        } while loadgate_monotonic() < deadline
        return false
    }
}
