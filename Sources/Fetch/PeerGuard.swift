import CCurl
import CLinux
import Glibc

/// Opens libcurl's sockets to peers that a request may reach, and no others: a name may have another address by the time
/// of the connection than when it was looked at.
final class PeerGuard {
    private let peers: FetchRequest.Peers
    /// A peer was refused.
    private(set) var hasRefused = false

    init(_ peers: FetchRequest.Peers) { self.peers = peers }

    /// `context` is the guard.
    static let openSocket: curl_opensocket_callback = { context, purpose, peer in
        guard let context, let peer, purpose == CURLSOCKTYPE_IPCXN else { return -1 }
        let rule = Unmanaged<PeerGuard>.fromOpaque(context).takeUnretainedValue()
        if rule.peers == .loopback, !loadgate_is_loopback(loadgate_curl_peer(peer)) {
            rule.hasRefused = true
            return -1
        }
        return socket(
            peer.pointee.family, peer.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), peer.pointee.`protocol`)
    }
}
