import CLinux
import Glibc
import Synchronization

/// How many files and sockets this process may have open.
public enum Descriptors {
    /// Raises the limit to what the system allows this process, and gives it.
    @discardableResult
    public static func raiseLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        return Int(clamping: limit.rlim_cur)
    }
}

/// Descriptors that are held from a run's beginning, so that its results can be written even where everything else has
/// used up what the process may have.
public final class DescriptorReserve: Sendable {
    private let held: Mutex<[Int32]>

    /// Holds so many descriptors, or as many as there are.
    public init(_ count: Int = 8) {
        var held: [Int32] = []
        while held.count < count {
            let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
            if descriptor < 0 { break }
            held.append(descriptor)
        }
        self.held = Mutex(held)
    }

    deinit { release() }

    /// Gives them back, for whoever needs one now.
    public func release() {
        held.withLock { held in
            for descriptor in held { close(descriptor) }
            held.removeAll()
        }
    }
}
