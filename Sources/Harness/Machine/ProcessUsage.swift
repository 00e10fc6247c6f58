import CLinux
import Glibc

/// What this process has used so far.
struct ProcessUsage {
    /// User and system time.
    var cpuSeconds: Double
    /// The most memory that was resident.
    var peakMemoryBytes: UInt64

    init() {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        cpuSeconds = seconds(usage.ru_utime) + seconds(usage.ru_stime)
        peakMemoryBytes = UInt64(usage.ru_maxrss) * 1024
    }
}
