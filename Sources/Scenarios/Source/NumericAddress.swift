import Glibc

/// IPv4 and IPv6 addresses that need no resolution.
enum NumericAddress {
    /// True for the text forms that `inet_pton` takes: four decimal numbers, or RFC 4291 §2.2 without brackets and zone.
    static func isNumeric(_ text: String) -> Bool {
        // C reads up to the first NUL, so what is no address at all is sorted out before.
        guard text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else { return false }
        var four = in_addr()
        var six = in6_addr()
        return inet_pton(AF_INET, text, &four) == 1 || inet_pton(AF_INET6, text, &six) == 1
    }

    /// True for an address of this machine alone: 127.0.0.0/8, ::1, and the name `localhost`.
    static func isLoopback(_ text: String) -> Bool {
        text == "localhost" || text == "::1" || (isNumeric(text) && text.hasPrefix("127."))
    }
}
