import Glibc

/// An IP address without its port, to be compared.
struct AddressKey: Hashable, Sendable {
    private var family: Int32
    private var scope: UInt32 = 0
    private var high: UInt64 = 0
    private var low: UInt64 = 0

    /// nil for what is no IP address.
    init?(_ address: SocketAddress) {
        family = address.family
        switch family {
        case AF_INET:
            withUnsafeBytes(of: address.storage) { bytes in
                low = UInt64(bytes.load(as: sockaddr_in.self).sin_addr.s_addr)
            }
        case AF_INET6:
            withUnsafeBytes(of: address.storage) { bytes in
                let six = bytes.load(as: sockaddr_in6.self)
                scope = six.sin6_scope_id
                withUnsafeBytes(of: six.sin6_addr) { take($0) }
            }
        default: return nil
        }
    }

    /// Of a numeric address without a zone; nil where it is none.
    init?(numeric text: UnsafePointer<CChar>) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            family = AF_INET
            low = UInt64(four.s_addr)
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            family = AF_INET6
            withUnsafeBytes(of: six) { take($0) }
        } else {
            return nil
        }
    }

    private mutating func take(_ bytes: UnsafeRawBufferPointer) {
        high = bytes.loadUnaligned(as: UInt64.self)
        low = bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    }
}
