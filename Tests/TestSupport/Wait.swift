import CLinux
import Glibc

/// Waiting for a state.
public enum Wait {
    /// Polls until a condition holds, for `seconds` at most; true where it does.
    public static func until(within seconds: Double = 30, _ condition: () -> Bool) -> Bool {
        let deadline = loadgate_monotonic() + Int64(seconds * 1e9)
        while loadgate_monotonic() < deadline {
            if condition() { return true }
            usleep(2_000)
        }
        return condition()
    }
}
