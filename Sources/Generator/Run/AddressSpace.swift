internal import CLinux
internal import Glibc

/// How much memory this process may map.
public enum AddressSpace {
    /// What a run needs at least, in bytes. Half of it is what libraries and the stacks of threads take; what is missing
    /// shows as threads that are never made, and as memory that isn't there in the middle of a run.
    public static let needed: UInt64 = 512 << 20

    /// Raises the limit (`ulimit -v`) to what the system allows this process.
    ///
    /// - Throws: `SystemError` where that is less than a run needs.
    public static func demand() throws(SystemError) {
        let resource = __rlimit_resource_t(RLIMIT_AS.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < needed else { return }
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            setrlimit(resource, &limit)
            getrlimit(resource, &limit)
        }
        guard limit.rlim_cur < needed else { return }
        throw SystemError(
            code: ENOMEM,
            doing: "this process may use \(limit.rlim_cur >> 20) MiB of memory (ulimit -v), and a run needs "
                + "\(needed >> 20) MiB")
    }
}
