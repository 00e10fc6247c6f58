import CLinux
import Glibc

/// The addresses of this machine from which connections are made, in turn.
struct SourceAddresses {
    private let addresses: [SocketAddress]
    private var next = 0

    /// Tries each address once.
    init(_ texts: [String]) throws(UnusableSetting) {
        var addresses: [SocketAddress] = []
        for text in texts {
            guard let address = SocketAddress(numeric: text) else {
                throw Self.unusable(text, "it is not a numeric address")
            }
            let descriptor = loadgate_tcp_socket(address.family)
            guard descriptor >= 0 else {
                throw Self.unusable(text, String(cString: strerror(-descriptor)))
            }
            defer { close(descriptor) }
            let status = Self.bind(descriptor, address)
            if status < 0 { throw Self.unusable(text, String(cString: strerror(-status))) }
            addresses.append(address)
        }
        self.addresses = addresses
    }

    /// Makes a socket's connection come from the next address of its family, where there are any. False where this
    /// machine doesn't let it.
    mutating func bind(_ descriptor: Int32, family: Int32) -> Bool {
        for _ in addresses {
            let address = addresses[next]
            next = (next + 1) % addresses.count
            if address.family == family { return Self.bind(descriptor, address) >= 0 }
        }
        return true
    }

    private static func unusable(_ address: String, _ reason: String) -> UnusableSetting {
        UnusableSetting("defaults.source_addresses: can't connect from \(address): \(reason)")
    }

    private static func bind(_ descriptor: Int32, _ address: SocketAddress) -> Int32 {
        var storage = address.storage
        return loadgate_bind_source(descriptor, &storage, address.length)
    }
}
