import CCurl
import Glibc
import Scenarios
import TrustStore

/// The options of easy handles: those of the run, those of a step, and those of a request.
struct CurlConfiguration {
    private let settings: CurlSettings

    init(_ settings: CurlSettings) { self.settings = settings }

    // MARK: Once for a handle and step

    /// Gives a place's handle, new or of another step before, all that requests of the step have in common. False where
    /// there is no memory for it, or where this libcurl lacks something that the settings ask for.
    func configure(
        _ transfer: UnsafeMutablePointer<CurlTransfer>, _ template: UnsafePointer<CurlRequestTemplate>,
        transport: CurlTransport
    ) -> Bool {
        transfer.pointee.request.reset()
        if let easy = transfer.pointee.easy {
            // Keeps cookies, sessions and the share.
            curl_easy_reset(easy)
        } else {
            transfer.pointee.easy = curl_easy_init()
            transfer.pointee.cookiesOf = -1
            transfer.pointee.nameTable = -1
        }
        transfer.pointee.timeoutSet = 0
        guard let easy = transfer.pointee.easy, transfer.pointee.request.prepare(template, easy: easy) else {
            return false
        }
        var options = Options(easy: easy)
        setCallbacks(&options, transfer, transport)
        setCommon(&options)
        setTLS(&options)
        setWay(&options)
        setRequest(&options, transfer, template)
        return options.areSet
    }

    private func setCallbacks(
        _ options: inout Options, _ transfer: UnsafeMutablePointer<CurlTransfer>, _ transport: CurlTransport
    ) {
        let easy = options.easy
        options.take(loadgate_curl_set_error_buffer(easy, transfer.pointee.errorText))
        options.set(CURLOPT_PRIVATE, pointer: transfer)
        options.take(loadgate_curl_on_bytes(easy, CURLOPT_WRITEFUNCTION, CurlCallbacks.body))
        options.set(CURLOPT_WRITEDATA, pointer: transfer)
        options.take(loadgate_curl_on_bytes(easy, CURLOPT_HEADERFUNCTION, CurlCallbacks.head))
        options.set(CURLOPT_HEADERDATA, pointer: transfer)
        options.take(loadgate_curl_on_request(easy, CurlCallbacks.request))
        options.set(CURLOPT_PREREQDATA, pointer: transfer)
        options.take(loadgate_curl_on_open_socket(easy, CurlCallbacks.openSocket))
        options.set(CURLOPT_OPENSOCKETDATA, pointer: transfer)
        // A connection may outlive the handle that opened it, but not the transport.
        options.take(loadgate_curl_on_close_socket(easy, CurlCallbacks.closeSocket))
        options.set(CURLOPT_CLOSESOCKETDATA, pointer: Unmanaged.passUnretained(transport).toOpaque())
        options.take(loadgate_curl_on_resolver_start(easy, CurlCallbacks.lookUp))
        options.set(CURLOPT_RESOLVER_START_DATA, pointer: transfer)
    }

    private func setCommon(_ options: inout Options) {
        options.take(loadgate_curl_set_common(options.easy))
        options.set(CURLOPT_USERAGENT, string: settings.userAgent)
        // As long as the run lasts; libcurl would leave a connection alone that was idle for two minutes.
        options.set(CURLOPT_MAXAGE_CONN, 86_400)
        if settings.http.compression { options.set(CURLOPT_ACCEPT_ENCODING, string: "") }
        // Switches cookies on; the place to keep them is the user's share.
        if settings.http.cookies { options.set(CURLOPT_COOKIEFILE, string: "") }
        if settings.connections == .fresh {
            options.set(CURLOPT_FRESH_CONNECT, 1)
            options.set(CURLOPT_FORBID_REUSE, 1)
        }
    }

    private func setTLS(_ options: inout Options) {
        let tls = settings.tls
        options.take(
            loadgate_curl_set_tls(
                options.easy, tls.authorities, tls.certificate, tls.key, tls.keyPassphrase, tls.verifies,
                tls.versions.lowerBound == .tls13 ? 3 : 2, tls.versions.upperBound == .tls13 ? 3 : 2))
        if tls.verifies, tls.authorities == nil { options.take(SystemAuthorities.trust(in: options.easy)) }
        if !tls.resumes { options.set(CURLOPT_SSL_SESSIONID_CACHE, 0) }
    }

    /// How requests get to their host.
    private func setWay(_ options: inout Options) {
        if let proxy = settings.http.proxy?.constant { options.set(CURLOPT_PROXY, string: proxy) }
        if let socket = settings.http.unixSocket { options.set(CURLOPT_UNIX_SOCKET_PATH, string: socket) }
    }

    private func setRequest(
        _ options: inout Options, _ transfer: UnsafeMutablePointer<CurlTransfer>,
        _ template: UnsafePointer<CurlRequestTemplate>
    ) {
        setVersion(&options, transfer, template)
        if let url = template.pointee.url.constant { options.set(CURLOPT_URL, bytes: url) }
        if let fields = template.pointee.constantFields ?? transfer.pointee.request.fields {
            options.set(CURLOPT_HTTPHEADER, list: fields)
        }
        if let connectTo = template.pointee.connectTo { options.set(CURLOPT_CONNECT_TO, list: connectTo) }
        if template.pointee.redirects > 0 {
            options.set(CURLOPT_FOLLOWLOCATION, 1)
            options.set(CURLOPT_MAXREDIRS, template.pointee.redirects)
        }
        switch template.pointee.login {
        case nil: break
        case .basic: options.take(loadgate_curl_authenticate_basic(options.easy))
        case .digest: options.take(loadgate_curl_authenticate_digest(options.easy))
        case .aws(let scope): options.set(CURLOPT_AWS_SIGV4, string: scope)
        }
        if let user = template.pointee.user?.constant { options.set(CURLOPT_USERNAME, bytes: user) }
        if let password = template.pointee.password?.constant { options.set(CURLOPT_PASSWORD, bytes: password) }
        setMethod(&options, transfer, template)
    }

    private func setVersion(
        _ options: inout Options, _ transfer: UnsafeMutablePointer<CurlTransfer>,
        _ template: UnsafePointer<CurlRequestTemplate>
    ) {
        guard settings.http.version == .http2 else {
            options.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
            return
        }
        // Requests rather wait for a connection that is being made than make one each.
        options.set(CURLOPT_PIPEWAIT, 1)
        if template.pointee.isSecure {
            options.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        } else {
            options.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE))
            if splitsPriorKnowledge(template), alwaysOpens(template) { options.set(CURLOPT_FORBID_REUSE, 1) }
            // A proxy would have to speak it, too; through a tunnel it needs not.
            if settings.http.proxy != nil { options.set(CURLOPT_HTTPPROXYTUNNEL, 1) }
        }
    }

    // MARK: HTTP/2

    /// True where transfers share connections, and one at a time makes one.
    var sharesConnections: Bool { settings.http.version == .http2 && settings.connections != .fresh }

    /// libcurl 7.88 fails each request of prior knowledge on a connection that has spoken HTTP/2 before (its issue 10634,
    /// mended in 8.0). A request of plain HTTP/2 takes such a connection well, yet would begin a new one with an upgrade:
    /// so with these versions it is left to those that make connections to speak with prior knowledge.
    private func splitsPriorKnowledge(_ template: UnsafePointer<CurlRequestTemplate>) -> Bool {
        settings.http.version == .http2 && !template.pointee.isSecure && !CurlLibrary.sharesPriorKnowledge
    }

    /// Lets a transfer make a connection of its own, or share one.
    func setOpening(
        _ transfer: UnsafeMutablePointer<CurlTransfer>, _ easy: UnsafeMutableRawPointer, _ opens: Bool
    ) -> Bool {
        transfer.pointee.opens = opens
        guard let template = transfer.pointee.template, splitsPriorKnowledge(template) else { return true }
        var options = Options(easy: easy)
        options.set(
            CURLOPT_HTTP_VERSION, Int(opens ? CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE : CURL_HTTP_VERSION_2_0))
        options.set(CURLOPT_FRESH_CONNECT, opens ? 1 : 0)
        return options.areSet
    }

    /// A transfer that goes through several requests can't be stopped between them to wait for a connection.
    private func alwaysOpens(_ template: UnsafePointer<CurlRequestTemplate>) -> Bool {
        if case .digest = template.pointee.login { return true }
        return template.pointee.redirects > 0 || !sharesConnections
    }

    private func setMethod(
        _ options: inout Options, _ transfer: UnsafeMutablePointer<CurlTransfer>,
        _ template: UnsafePointer<CurlRequestTemplate>
    ) {
        switch template.pointee.method {
        case .get: options.set(CURLOPT_HTTPGET, 1)
        case .head: options.set(CURLOPT_NOBODY, 1)
        case .post: setBody(&options, transfer, template)
        case .other(let name, let hasBody):
            if hasBody { setBody(&options, transfer, template) } else { options.set(CURLOPT_HTTPGET, 1) }
            options.set(CURLOPT_CUSTOMREQUEST, string: name)
            options.take(loadgate_curl_keep_method(options.easy))
        }
    }

    private func setBody(
        _ options: inout Options, _ transfer: UnsafeMutablePointer<CurlTransfer>,
        _ template: UnsafePointer<CurlRequestTemplate>
    ) {
        switch template.pointee.payload {
        case .none: options.setBody(UnsafeBufferPointer(start: nil, count: 0))
        case .text(let text): if let constant = text.constant { options.setBody(constant) }
        case .file:
            options.set(CURLOPT_POST, 1)
            options.take(loadgate_curl_on_read(options.easy, CurlCallbacks.read))
            options.set(CURLOPT_READDATA, pointer: transfer)
            options.take(loadgate_curl_on_seek(options.easy, CurlCallbacks.seek))
            options.set(CURLOPT_SEEKDATA, pointer: transfer)
        case .parts:
            if let form = transfer.pointee.request.form {
                options.take(loadgate_curl_set_mime(options.easy, form))
            }
        }
    }

    // MARK: For each request

    /// Sets what is different from request to request. The place's request is rendered.
    func apply(_ transfer: UnsafeMutablePointer<CurlTransfer>, _ easy: UnsafeMutableRawPointer) -> Bool {
        guard let template = transfer.pointee.template else { return false }
        var options = Options(easy: easy)
        if let url = transfer.pointee.request.url(template) { options.set(CURLOPT_URL, string: url) }
        if let user = transfer.pointee.request.user(template) { options.set(CURLOPT_USERNAME, string: user) }
        if let password = transfer.pointee.request.password(template) {
            options.set(CURLOPT_PASSWORD, string: password)
        }
        switch template.pointee.payload {
        case .text(let text) where text.constant == nil && template.pointee.sendsBody:
            options.setBody(transfer.pointee.request.body.bytes)
        case .file(let descriptor):
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { return false }
            options.set(CURLOPT_POSTFIELDSIZE_LARGE, size: Int64(status.st_size))
        case .none, .text, .parts: break
        }
        guard setTimeout(transfer, easy, transfer.pointee.timeout) else { return false }
        if settings.http.version == .http2, !setOpening(transfer, easy, alwaysOpens(template)) { return false }
        return options.areSet
    }

    /// `timeout` in nanoseconds.
    func setTimeout(
        _ transfer: UnsafeMutablePointer<CurlTransfer>, _ easy: UnsafeMutableRawPointer, _ timeout: Int64
    ) -> Bool {
        let milliseconds = loadgate_curl_milliseconds(timeout)
        if transfer.pointee.timeoutSet == milliseconds { return true }
        transfer.pointee.timeoutSet = milliseconds
        var options = Options(easy: easy)
        options.take(loadgate_curl_set_timeout(easy, milliseconds))
        return options.areSet
    }

    /// After redirects, what they changed of the request is as the step has it.
    func restore(_ transfer: UnsafeMutablePointer<CurlTransfer>, _ easy: UnsafeMutableRawPointer) {
        if transfer.pointee.methodDropped {
            transfer.pointee.methodDropped = false
            if case .other(let name, _) = transfer.pointee.template?.pointee.method {
                _ = loadgate_curl_set_string(easy, CURLOPT_CUSTOMREQUEST, name)
            }
        }
        if transfer.pointee.contentDropped {
            transfer.pointee.contentDropped = false
            let own = transfer.pointee.template?.pointee.constantFields ?? transfer.pointee.request.fields
            _ = loadgate_curl_set_list(easy, CURLOPT_HTTPHEADER, own)
            transfer.pointee.bodilessFields?.deallocate()
            transfer.pointee.bodilessFields = nil
        }
        if transfer.pointee.followsNothing {
            transfer.pointee.followsNothing = false
            _ = loadgate_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 1)
        }
    }

    /// Sets options and remembers whether one was refused.
    private struct Options {
        let easy: UnsafeMutableRawPointer
        private(set) var areSet = true

        init(easy: UnsafeMutableRawPointer) { self.easy = easy }

        mutating func take(_ code: CURLcode) { if code != CURLE_OK { areSet = false } }

        mutating func set(_ option: CURLoption, _ value: Int) { take(loadgate_curl_set_long(easy, option, value)) }

        mutating func set(_ option: CURLoption, size: Int64) {
            take(loadgate_curl_set_size(easy, option, curl_off_t(size)))
        }

        mutating func set(_ option: CURLoption, string: UnsafePointer<CChar>) {
            take(loadgate_curl_set_string(easy, option, string))
        }

        /// `bytes` end with NUL.
        mutating func set(_ option: CURLoption, bytes: UnsafeBufferPointer<UInt8>) {
            if let text = CurlRequestTemplate.characters(bytes) { set(option, string: text) }
        }

        mutating func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer) {
            take(loadgate_curl_set_pointer(easy, option, pointer))
        }

        mutating func set(_ option: CURLoption, list: UnsafeMutablePointer<curl_slist>?) {
            take(loadgate_curl_set_list(easy, option, list))
        }

        /// The body's memory must stay until the transfer has ended.
        mutating func setBody(_ bytes: UnsafeBufferPointer<UInt8>) {
            // Without an address libcurl would ask its read callback.
            let empty: StaticString = ""
            let base = bytes.baseAddress ?? empty.utf8Start
            set(CURLOPT_POSTFIELDSIZE_LARGE, size: Int64(bytes.count))
            set(CURLOPT_POSTFIELDS, pointer: UnsafeMutableRawPointer(mutating: base))
        }
    }
}
