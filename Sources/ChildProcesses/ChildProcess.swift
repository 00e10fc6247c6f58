internal import CKeeper
internal import CLinux
internal import Glibc

/// A program that was started: in a session and a process group of its own, so that Ctrl-C on the terminal doesn't reach it
/// and it can ask for no password, with no descriptor of this process but those it was given.
///
/// It ends, with all that came of it, when it is ended, when the last reference goes, and when this process ends, be it by
/// `kill -9` (see keeper.h). That holds for what left its group by setsid(2), too. Its process id can't be taken by another
/// process before the last reference goes, so that no signal goes astray.
public final class ChildProcess: Sendable {
    /// How long it may take to start: loading a program from a slow disk.
    private static let starting: Int32 = 60_000
    /// How much longer than its grace the end may take, in milliseconds: what is killed may have to wait for the disk.
    private static let vanishing: Int32 = 10_000

    /// Its process id, which is its group's too.
    public let id: Int32
    /// Becomes readable once the program itself has ended, and stays so. Wait for it, and read nothing.
    public let descriptor: Int32

    /// Starts a program.
    public init(_ command: ChildCommand) throws(ChildFailure) {
        let program = command.arguments.first ?? ""
        func failure(_ code: Int32, _ kind: ChildFailure.Kind = .resources) -> ChildFailure {
            ChildFailure(program: program, kind: kind, code: code)
        }
        guard !program.isEmpty else { throw failure(ENOENT, .program) }
        let folder = command.folder ?? Self.currentFolder
        guard let bytes = Self.request(command, folder: folder) else { throw failure(EINVAL, .program) }
        var opened: [Int32] = []
        defer { opened.forEach { close($0) } }
        /// Takes a descriptor to be closed here, or throws the error that stands in its place.
        func closing(_ descriptor: Int32) throws(ChildFailure) -> Int32 {
            guard descriptor >= 0 else { throw failure(-descriptor) }
            opened.append(descriptor)
            return descriptor
        }
        let request = try closing(bytes.withUnsafeBytes { loadgate_memory_file($0.baseAddress, $0.count) })
        let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
        _ = try closing(nothing < 0 ? -errno : nothing)
        let input: Int32
        switch command.input {
        case .nothing: input = nothing
        case .bytes(let bytes):
            input = try closing(bytes.withUnsafeBytes { loadgate_memory_file($0.baseAddress, $0.count) })
        case .descriptor(let descriptor): input = descriptor
        }
        var ends: [Int32] = [-1, -1]
        let error = loadgate_channel(&ends)
        guard error == 0 else { throw failure(-error) }
        let channel = ends[0]
        let asked = ProcessKeeper.ask(
            channel: ends[1], request: request, input: input, output: command.output ?? nothing,
            errors: command.errors ?? nothing)
        close(ends[1])
        var message = loadgate_channel_message()
        if asked == 0 {
            Self.wait(channel, for: Int16(POLLIN), milliseconds: Self.starting)
            if loadgate_channel_receive(channel, &message, false) < 1 { message.value = ETIMEDOUT }
        } else {
            message.value = asked
        }
        guard message.kind == LOADGATE_CHILD_STARTED else {
            close(channel)
            switch message.kind {
            case LOADGATE_CHILD_FAILED: throw failure(message.value, .program)
            case LOADGATE_CHILD_FOLDER: throw failure(message.value, .folder(folder))
            default: throw failure(message.value)
            }
        }
        id = message.value
        descriptor = channel
    }

    deinit { close(descriptor) }

    /// How it ended; nil while it runs. What it started may run on.
    public var ending: ChildEnding? {
        var message = loadgate_channel_message()
        switch loadgate_channel_receive(descriptor, &message, true) {
        case 1: return ChildEnding(status: message.value)
        case -EAGAIN: return nil
        default: return .unknown
        }
    }

    /// Waits until it has ended, so many milliseconds at most; below zero: without end.
    ///
    /// - Returns: How it ended; nil where it goes on.
    public func wait(milliseconds: Int32 = -1) -> ChildEnding? {
        Self.wait(descriptor, for: Int16(POLLIN), milliseconds: milliseconds)
        return ending
    }

    /// Sends it a signal, and nothing else. What has ended is sent none.
    public func signal(_ number: Int32) { _ = loadgate_channel_send(descriptor, LOADGATE_CHILD_SIGNAL, number) }

    /// Asks it and all that came of it to end (SIGTERM; what was stopped goes on for it), and kills (SIGKILL) what is left
    /// after `grace` seconds. Returns when nothing is left, or can't be killed.
    @discardableResult
    public func end(grace: Double = 0) -> ChildEnding {
        let milliseconds = Int32(max(0, min(grace, 1e6)) * 1e3)
        _ = loadgate_channel_send(descriptor, LOADGATE_CHILD_STOP, milliseconds)
        // Nothing but the end of the channel is waited for: it comes when nothing is left.
        Self.wait(descriptor, for: 0, milliseconds: milliseconds + Self.vanishing)
        return ending ?? .unknown
    }

    /// Follows what the program started no longer, once it has ended: a server that it left running stays, and outlives this
    /// process. A program that runs is followed as before.
    public func leave() { _ = loadgate_channel_send(descriptor, LOADGATE_CHILD_LEAVE, 0) }

    /// Waits for a descriptor, with a bound that signals don't change.
    private static func wait(_ descriptor: Int32, for events: Int16, milliseconds: Int32) {
        let deadline = loadgate_monotonic() + Int64(milliseconds) * 1_000_000
        while true {
            let left = (deadline - loadgate_monotonic() + 999_999) / 1_000_000
            var request = pollfd(fd: descriptor, events: events, revents: 0)
            let ready = poll(&request, 1, milliseconds < 0 ? -1 : Int32(clamping: max(0, left)))
            if ready > 0 || (milliseconds >= 0 && left <= 0) || (ready < 0 && errno != EINTR) { return }
        }
    }

    /// The request as keeper.h has it; nil where a text has a zero byte, which would cut it.
    private static func request(_ command: ChildCommand, folder: String) -> [UInt8]? {
        let environment = command.environment?.map { "\($0.key)=\($0.value)" }.sorted() ?? currentEnvironment
        var bytes: [UInt8] = []
        for count in [command.arguments.count, environment.count, 0] {
            withUnsafeBytes(of: UInt32(count)) { bytes.append(contentsOf: $0) }
        }
        for text in [folder] + command.arguments + environment {
            guard !text.utf8.contains(0) else { return nil }
            bytes.append(contentsOf: text.utf8)
            bytes.append(0)
        }
        return bytes
    }

    /// This process's own: the keeper's is older.
    private static var currentEnvironment: [String] {
        var texts: [String] = []
        var variable = environ
        while let text = variable.pointee {
            texts.append(String(cString: text))
            variable += 1
        }
        return texts
    }

    private static var currentFolder: String {
        guard let path = getcwd(nil, 0) else { return "" }
        defer { free(path) }
        return String(cString: path)
    }
}
