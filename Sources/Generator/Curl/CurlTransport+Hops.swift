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
        if isAtItsOrigin(transfer) {
            if let refusal = refusal(of: transfer) {
                transfer.pointee.fault = .moved
                free(transfer.pointee.refused)
                transfer.pointee.refused = strdup(refusal)
                return -1
            }
            if let (number, address) = chooseAddress(transfer) {
                var storage = address.storage
                withUnsafePointer(to: &storage) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        loadgate_curl_set_peer(peer, $0, address.length)
                    }
                }
                transfer.pointee.address = Int32(truncatingIfNeeded: number)
            }
            transfer.pointee.dialled += 1
        }
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

    /// True where the request at hand goes to the endpoint of its step, not to where a redirect led.
    private func isAtItsOrigin(_ transfer: UnsafeMutablePointer<CurlTransfer>) -> Bool {
        guard settings.addresses != nil, let target = transfer.pointee.template, let easy = transfer.pointee.easy
        else { return false }
        guard transfer.pointee.answers > 0 else { return true }
        guard let url = loadgate_curl_effective_url(easy), let location = HopRule.Location(String(cString: url)) else {
            return false
        }
        return location == target.pointee.location.pointee.location
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
            Redirect(status: transfer.pointee.status) != nil || transfer.pointee.status == 0,
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

    /// An answer of a status has begun. Only redirects are followed; libcurl would follow any answer of 3xx with a Location,
    /// such as 304 (Not Modified).
    static func heed(status: Int32, _ transfer: UnsafeMutablePointer<CurlTransfer>) {
        guard 300...399 ~= status, Redirect(status: status) == nil, !transfer.pointee.followsNothing,
            let template = transfer.pointee.template, template.pointee.redirects > 0, let easy = transfer.pointee.easy
        else { return }
        _ = loadgate_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        transfer.pointee.followsNothing = true
    }

    /// The answer is a redirect: where a GET follows, it goes without the method that was set by name, which would stay, and
    /// without the fields that describe the body which it has no more (RFC 9110 §15.4).
    static func dropContent(_ transfer: UnsafeMutablePointer<CurlTransfer>) {
        guard let template = transfer.pointee.template, template.pointee.redirects > 0,
            let easy = transfer.pointee.easy,
            Redirect(status: transfer.pointee.status)?.turnsIntoGet(template.pointee.method) == true
        else { return }
        if case .other = template.pointee.method {
            _ = loadgate_curl_set_string(easy, CURLOPT_CUSTOMREQUEST, nil)
            transfer.pointee.methodDropped = true
        }
        guard !transfer.pointee.contentDropped else { return }
        transfer.pointee.contentDropped = true
        let fields = Redirect.withoutContent(template.pointee.constantFields ?? transfer.pointee.request.fields)
        transfer.pointee.bodilessFields = fields
        // Read when libcurl makes the next request.
        _ = loadgate_curl_set_list(easy, CURLOPT_HTTPHEADER, fields)
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
