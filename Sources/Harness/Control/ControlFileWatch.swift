import Dispatch
import Glibc
import NIOConcurrencyHelpers

/// Looks at a control file a few times a second. What it holds is obeyed once it was the same at two looks in a row, so that
/// a file that is being written is not taken at its half.
///
/// `@unchecked Sendable`: what is not behind the lock is confined to the queue.
final class ControlFileWatch: @unchecked Sendable {
    /// The file as it was named.
    let path: String

    private static let period = 100
    /// A control file has a line for each load.
    private static let sizeLimit = 64 * 1024

    private enum Look: Equatable {
        case absent
        case content([UInt8])
        case problem(String)
    }

    private let queue = DispatchQueue(label: "loadgate.control")
    private let timer = NIOLockedValueBox<(any DispatchSourceTimer)?>(nil)
    // On the queue.
    private var last = Look.absent
    private var obeyed = Look.absent

    init(_ path: String) { self.path = path }

    func start(onChange: @escaping @Sendable (String) -> Void, onProblem: @escaping @Sendable (String) -> Void) {
        let timer = DispatchSource.makeTimerSource(queue: queue)
        timer.schedule(deadline: .now(), repeating: .milliseconds(Self.period))
        timer.setEventHandler { [self] in
            let look = look()
            defer { last = look }
            guard look == last, look != obeyed else { return }
            obeyed = look
            switch look {
            case .absent: break
            case .problem(let problem): onProblem(problem)
            case .content(let bytes):
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    onProblem("the file is not UTF-8")
                    return
                }
                onChange(text)
            }
        }
        timer.resume()
        self.timer.withLockedValue { $0 = timer }
    }

    func stop() {
        timer.withLockedValue { timer in
            timer?.cancel()
            timer = nil
        }
        // Nothing is obeyed any more when this returns.
        queue.sync {}
    }

    /// What the file holds; it may be anything, a pipe or a device too, and none of them makes this wait.
    private func look() -> Look {
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else {
            return errno == ENOENT ? .absent : .problem("can't be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return .problem("is no regular file")
        }
        var bytes = [UInt8](repeating: 0, count: Self.sizeLimit + 1)
        var count = 0
        while count < bytes.count {
            let room = bytes.count - count
            let got = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress.map { $0 + count }, room) }
            if got < 0, errno == EINTR { continue }
            if got < 0 { return .problem("can't be read: \(String(cString: strerror(errno)))") }
            if got == 0 { break }
            count += got
        }
        if count > Self.sizeLimit { return .problem("has more than 64 KiB: it is no control file") }
        return .content(Array(bytes.prefix(count)))
    }
}
