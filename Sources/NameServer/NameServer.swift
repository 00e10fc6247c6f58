import CLinux
import Dispatch
import Glibc
import NIOConcurrencyHelpers
public import Scenarios

/// A name server on loopback for a drill's names (RFC 1035, UDP and TCP): it answers for them alone, and for all others that
/// there is no such name. It forwards nothing.
public final class NameServer: Sendable {
    private let names: NIOLockedValueBox<[String: ServedName]>
    private let services = NIOLockedValueBox<[NameService]>([])

    /// Makes a server for names. Throws `NameServerError` where a name is none or stands twice, or an address isn't numeric.
    public init(_ declarations: [NameDeclaration]) throws {
        var names: [String: ServedName] = [:]
        for declaration in declarations {
            guard let key = ServedName.key(declaration.name) else {
                throw NameServerError("\(quoted(declaration.name)) is not a host name")
            }
            guard names[key] == nil else { throw NameServerError("the name \(key) stands twice") }
            names[key] = try ServedName(declaration)
        }
        self.names = NIOLockedValueBox(names)
    }

    deinit { stop() }

    /// Answers here, over UDP and TCP, on a thread of its own. Gives the address as it is bound; port 0: any that is free.
    ///
    /// - Throws: `NameServerError` where the address is not one of loopback, or the port is taken.
    public func listen(on address: HostPort) throws -> HostPort {
        let service = try NameService(on: address) { [names] query, limit in Self.answer(query, limit: limit, names) }
        services.withLockedValue { $0.append(service) }
        return service.address
    }

    /// Gives a name other addresses, from the next question on. What was answered before may be kept for its TTL.
    ///
    /// - Throws: `NameServerError` where the name isn't served, or an address isn't numeric.
    public func switchAddresses(of name: String, to addresses: [String]) throws {
        try names.withLockedValue { names in
            guard let key = ServedName.key(name), names[key] != nil else { throw Self.unknown(name) }
            try names[key]?.point(to: addresses, name: name)
        }
    }

    /// The addresses that a name has now. Throws `NameServerError` where it isn't served.
    public func addresses(of name: String) throws -> [String] { try served(name).addresses }

    /// How often a name was asked for, whatever for. Throws `NameServerError` where it isn't served.
    public func questions(for name: String) throws -> Int { try served(name).questions }

    /// What a query for a name is answered now where it listens, over UDP, or TCP where that is too small: what clients get, in
    /// any order. nil: no answer within a second, or it doesn't listen.
    public func answer(for name: String) -> [String]? {
        guard let address = services.withLockedValue({ $0.first?.address }) else { return nil }
        return NameQuestion(name, of: address).addresses
    }

    /// Answers no more.
    public func stop() {
        let ending = services.withLockedValue { services in
            defer { services = [] }
            return services
        }
        for service in ending { service.stop() }
    }

    private func served(_ name: String) throws -> ServedName {
        guard let found = names.withLockedValue({ names in ServedName.key(name).flatMap { names[$0] } }) else {
            throw Self.unknown(name)
        }
        return found
    }

    private static func unknown(_ name: String) -> NameServerError {
        NameServerError("the name \(quoted(name)) is not served")
    }

    /// The answer to a message; nil: none.
    private static func answer(
        _ bytes: ArraySlice<UInt8>, limit: Int, _ names: NIOLockedValueBox<[String: ServedName]>
    ) -> [UInt8]? {
        guard let query = DNSQuery(bytes) else { return nil }
        if let problem = query.problem { return query.answer(problem, limit: limit) }
        let found = names.withLockedValue { names in
            names[query.name]?.questions += 1
            return names[query.name]
        }
        guard let found else { return query.answer(.noSuchName, limit: limit) }
        return query.answer(.done, addresses: found.records, lifetime: found.lifetime, limit: limit)
    }
}
