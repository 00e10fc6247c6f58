/// What permessage-deflate was agreed to do (RFC 7692 §7.1).
package struct DeflateParameters: Equatable, BitwiseCopyable, Sendable {
    /// Each message of the server is compressed by itself.
    package var serverNoContextTakeover = false
    /// Likewise each of ours.
    package var clientNoContextTakeover = false
    /// The server's window has 2^n bytes, n from 8 to 15.
    package var serverWindowBits: UInt8 = 15
    /// Likewise ours.
    package var clientWindowBits: UInt8 = 15

    package init() {}
}

/// The offer of permessage-deflate, and what a server may answer to it (RFC 7692 §7.1).
package struct DeflateOffer: Equatable, Sendable {
    /// Asks that the server compresses each message by itself.
    package var serverNoContextTakeover = false
    /// Says that we compress each message by itself, whatever the server answers.
    package var clientNoContextTakeover = false
    /// The window, 2^n bytes, that the server may use at most; from 8 to 15, nil: as it likes.
    package var serverMaxWindowBits: UInt8?
    /// The window that we would use at most; from 8 to 15. The server may ask for a smaller one; nil: it may not.
    package var clientMaxWindowBits: UInt8? = 15

    static let name = "permessage-deflate"

    package init() {}

    /// The offer as it stands in `Sec-WebSocket-Extensions`.
    var text: String {
        var parts = [Self.name]
        if serverNoContextTakeover { parts.append("server_no_context_takeover") }
        if clientNoContextTakeover { parts.append("client_no_context_takeover") }
        if let bits = serverMaxWindowBits { parts.append("server_max_window_bits=\(bits)") }
        // Without a value it says that any will do.
        if let bits = clientMaxWindowBits {
            parts.append(bits == 15 ? "client_max_window_bits" : "client_max_window_bits=\(bits)")
        }
        return parts.joined(separator: "; ")
    }

    /// Reads the parameters that the server accepted. Throws where they don't answer this offer.
    func agreement(
        _ parameters: [ExtensionList.Parameter]
    ) throws(WebSocketHandshakeFailure) -> DeflateParameters {
        var agreed = DeflateParameters()
        agreed.clientNoContextTakeover = clientNoContextTakeover
        agreed.clientWindowBits = clientMaxWindowBits ?? 15
        var seen: Set<String> = []
        for parameter in parameters {
            guard seen.insert(parameter.name).inserted else { throw .extensionParameter(parameter.name) }
            switch (parameter.name, parameter.value) {
            case ("server_no_context_takeover", nil): agreed.serverNoContextTakeover = true
            case ("client_no_context_takeover", nil): agreed.clientNoContextTakeover = true
            case ("server_max_window_bits", let value):
                agreed.serverWindowBits = try Self.bits(value, of: parameter, atMost: serverMaxWindowBits)
            case ("client_max_window_bits", let value?) where clientMaxWindowBits != nil:
                agreed.clientWindowBits = try Self.bits(value, of: parameter, atMost: clientMaxWindowBits)
            default: throw .extensionParameter(parameter.name)
            }
        }
        // What was asked for must be granted; what the server adds for itself it may (§7.1.1.1, §7.1.2.1).
        if serverNoContextTakeover, !agreed.serverNoContextTakeover {
            throw .extensionParameter("server_no_context_takeover")
        }
        if serverMaxWindowBits != nil, !seen.contains("server_max_window_bits") {
            throw .extensionParameter("server_max_window_bits")
        }
        return agreed
    }

    /// A whole number from 8 to `bound` or 15, without leading zeros.
    private static func bits(
        _ value: String?, of parameter: ExtensionList.Parameter, atMost bound: UInt8?
    ) throws(WebSocketHandshakeFailure) -> UInt8 {
        guard let value, let bits = UInt8(value), String(bits) == value, bits >= 8, bits <= bound ?? 15 else {
            throw .extensionParameter(parameter.name)
        }
        return bits
    }
}
