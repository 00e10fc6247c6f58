import Glibc
import Measures

extension Outcome {
    /// How a connection that could not be set up is counted, by its errno; nil where this machine is to blame, which says
    /// nothing about the target.
    static func ofConnect(_ error: Int32) -> Outcome? {
        switch error {
        case EADDRNOTAVAIL, EMFILE, ENFILE, ENOBUFS, ENOMEM: nil
        case ETIMEDOUT: .connectTimeout
        // No system call's: the name has moved to where no load may go.
        case EREMCHG: .dns
        case ECONNRESET: .reset
        default: .refused
        }
    }
}
