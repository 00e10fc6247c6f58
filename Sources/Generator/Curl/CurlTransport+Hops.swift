import CCurl
import CLinux
import Glibc
import Measures

/// What libcurl asks on the way: for sockets, and whether it may follow a redirect.
extension CurlTransport {
    /// A socket for a connection to `peer`, or -1 where requests may not go there or this machine has none.
    func openSocket(_ transfer: UnsafeMutablePointer<CurlTransfer>, _ peer: UnsafeMutablePointer<curl_sockaddr>)
        -> Int32
    {
        if transfer.pointee.phase == .requested, !repeats {
            transfer.pointee.fault = .keptConnection
            return -1
        }
        if !transfer.pointee.opens, configuration.sharesConnections {
            transfer.pointee.fault = .noConnection
            return -1
        }
        transfer.pointee.phase = .waiting
        transfer.pointee.opened = true
        var info = addrinfo()
        info.ai_addr = UnsafeMutablePointer(mutating: loadgate_curl_peer(peer))
        info.ai_addrlen = peer.pointee.addrlen
        var host: String?
        func hopHost() -> String {
            let found = Self.host(of: transfer)
            host = found
            return found
        }
        guard let address = SocketAddress(info), hops.allows(address, of: hopHost()) else {
            transfer.pointee.fault = .notAuthorised
            free(transfer.pointee.refused)
            transfer.pointee.refused = strdup(settings.proxyHost ?? host ?? "")
            return -1
        }
        let descriptor = sockets.open(peer.pointee.family, peer.pointee.socktype, peer.pointee.`protocol`)
        guard descriptor >= 0 else {
            transfer.pointee.fault = .machine
            transfer.pointee.faultCode = -descriptor
            return -1
        }
        if !sources.bind(descriptor, family: peer.pointee.family) {
            transfer.pointee.fault = .machine
            transfer.pointee.faultCode = EADDRNOTAVAIL
            sockets.close(descriptor)
            return -1
        }
        watch.opened(descriptor)
        return descriptor
    }

    /// The host whose request is at hand. The first one's is the step's, which its name in TLS may differ from.
    private static func host(of transfer: UnsafeMutablePointer<CurlTransfer>) -> String {
        guard let target = transfer.pointee.template?.pointee.location, let easy = transfer.pointee.easy,
            let url = loadgate_curl_effective_url(easy), let location = HopRule.Location(String(cString: url))
        else { return "" }
        return location == target.pointee.location ? target.pointee.host : location.host
    }

    /// False where a field of a 3xx answer leads through the proxy to a host that requests may not go to.
    func allowsRedirect(_ transfer: UnsafeMutablePointer<CurlTransfer>, field: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let template = transfer.pointee.template, template.pointee.redirects > 0,
            let colon = field.firstIndex(of: UInt8(ascii: ":")),
            HeaderSyntax.equal(UnsafeBufferPointer(rebasing: field[..<colon]), "location"),
            let easy = transfer.pointee.easy, let base = loadgate_curl_effective_url(easy)
        else { return true }
        let value = UnsafeBufferPointer(
            rebasing: field[(colon + 1)...].prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") })
        let url = String(decoding: HeaderSyntax.trimmed(value), as: UTF8.self)
        // What libcurl can't read it doesn't follow.
        guard let location = HopRule.Location(url, base: String(cString: base)) else { return true }
        let target = template.pointee.location
        let host = location == target.pointee.location ? target.pointee.host : location.host
        if hops.allowsThroughProxy(host) { return true }
        transfer.pointee.fault = .notAuthorised
        transfer.pointee.refused = strdup(host)
        return false
    }

    /// After 303 (See Other) a GET follows (RFC 9110 §15.4.4); a method that was set by name would stay.
    static func dropMethod(_ transfer: UnsafeMutablePointer<CurlTransfer>) {
        guard case .other = transfer.pointee.template?.pointee.method, let easy = transfer.pointee.easy,
            let redirects = transfer.pointee.template?.pointee.redirects, redirects > 0
        else { return }
        _ = loadgate_curl_set_string(easy, CURLOPT_CUSTOMREQUEST, nil)
        transfer.pointee.methodDropped = true
    }

    /// The lengths of the phases up to a connection that is ready for the request.
    static func takePhases(_ transfer: UnsafeMutablePointer<CurlTransfer>) {
        guard let easy = transfer.pointee.easy else { return }
        // Microseconds from the start.
        let lookedUp = Int64(loadgate_curl_size(easy, CURLINFO_NAMELOOKUP_TIME_T))
        let connected = Int64(loadgate_curl_size(easy, CURLINFO_CONNECT_TIME_T))
        let secured = Int64(loadgate_curl_size(easy, CURLINFO_APPCONNECT_TIME_T))
        if transfer.pointee.lookedUp, transfer.pointee.template?.pointee.location.pointee.isName == true {
            transfer.pointee.phases.lookUp = lookedUp * 1_000
        }
        // A phase that took less than libcurl's clock shows did take place.
        if connected > 0 { transfer.pointee.phases.connect = max(1, connected - lookedUp) * 1_000 }
        if secured > 0 { transfer.pointee.phases.tls = max(1, secured - connected) * 1_000 }
    }
}
