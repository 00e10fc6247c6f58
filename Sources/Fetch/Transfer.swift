import CCurl
import Measures
import Scenarios
import TrustStore

/// One transfer of libcurl: its handles, and what they point to.
final class Transfer {
    /// Set up once for the process; false where that failed.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
    private let easy: UnsafeMutableRawPointer
    private let multi: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    private var lists: [UnsafeMutablePointer<curl_slist>] = []
    /// The first option that was refused, as libcurl says why.
    private var refusal: CURLcode?
    private var guardian: PeerGuard?
    private var timeout = Span.zero
    /// How long this process was held up meanwhile.
    private(set) var heldUp = Span.zero

    init() throws(FetchFailure) {
        guard Self.isReady, let easy = curl_easy_init() else { throw FetchFailure(reason: "libcurl has no memory") }
        guard let multi = curl_multi_init() else {
            curl_easy_cleanup(easy)
            throw FetchFailure(reason: "libcurl has no memory")
        }
        self.easy = easy
        self.multi = multi
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_multi_remove_handle(multi, easy)
        curl_easy_cleanup(easy)
        curl_multi_cleanup(multi)
        lists.forEach { curl_slist_free_all($0) }
        errorText.deallocate()
    }

    /// The answer's status.
    var status: Int { loadgate_curl_long(easy, CURLINFO_RESPONSE_CODE) }

    /// True where both ends of the connection have one port, as with one socket at both ends.
    var isConnectedToItself: Bool {
        let own = loadgate_curl_long(easy, CURLINFO_LOCAL_PORT)
        return own != 0 && own == loadgate_curl_long(easy, CURLINFO_PRIMARY_PORT)
    }

    /// Why no socket was opened; nil where none was refused.
    func refusal(of url: String) -> FetchFailure? {
        guard let guardian, guardian.hasRefused else { return nil }
        let host = (try? Endpoint(parsing: url))?.host ?? url
        return FetchFailure(reason: "\(host) leads to an address that is not this machine, and is not authorised")
    }

    // MARK: What is to be done

    func prepare(_ request: FetchRequest) throws(FetchFailure) {
        setCommon(request.timeout, request.peers)
        take(loadgate_curl_set_string(easy, CURLOPT_USERAGENT, "loadgate"))
        if let proxy = request.proxy {
            set(CURLOPT_PROXY, proxy.url)
            set(CURLOPT_NOPROXY, proxy.exceptions)
        }
        var fields = request.fields
        setAddress(request, &fields)
        let tls = request.tls
        take(
            loadgate_curl_set_tls(
                easy, tls.authorities, tls.certificate, tls.key, tls.keyPassphrase, tls.verifies,
                tls.versions.lowerBound == .tls13 ? 3 : 2, tls.versions.upperBound == .tls13 ? 3 : 2))
        if tls.verifies, tls.authorities == nil { take(SystemAuthorities.trust(in: easy)) }
        try setAuthentication(request.signature, &fields)
        let body = request.body ?? (["POST", "PUT", "PATCH"].contains(request.method) ? [] : nil)
        setMethod(request.method, body)
        if body != nil, !Self.isSigned(request) {
            // Without a value: not sent. libcurl would ask for 100 (Continue), and call a body without a type a form. It
            // would sign them, too, so a signed request leaves them to it.
            for name in ["Expect", "Content-Type"] where fields.values(name).isEmpty { append("\(name):") }
        }
        // A field that is empty but sent ends with a semicolon.
        for field in fields { append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)") }
        if let head { take(loadgate_curl_set_list(easy, CURLOPT_HTTPHEADER, head)) }
    }

    /// A connection without anything on it.
    func prepareConnection(
        to url: String, timeout: Span, peers: FetchRequest.Peers
    ) throws(FetchFailure) {
        setCommon(timeout, peers)
        set(CURLOPT_URL, url)
        set(CURLOPT_CONNECT_ONLY, 1)
    }

    func collect(in sink: AnswerSink) {
        let context = Unmanaged.passUnretained(sink).toOpaque()
        take(loadgate_curl_on_bytes(easy, CURLOPT_WRITEFUNCTION, AnswerCallbacks.body))
        take(loadgate_curl_set_pointer(easy, CURLOPT_WRITEDATA, context))
        take(loadgate_curl_on_bytes(easy, CURLOPT_HEADERFUNCTION, AnswerCallbacks.line))
        take(loadgate_curl_set_pointer(easy, CURLOPT_HEADERDATA, context))
    }

    private func setCommon(_ timeout: Span, _ peers: FetchRequest.Peers) {
        let guardian = PeerGuard(peers)
        self.guardian = guardian
        take(loadgate_curl_on_open_socket(easy, PeerGuard.openSocket))
        take(loadgate_curl_set_pointer(easy, CURLOPT_OPENSOCKETDATA, Unmanaged.passUnretained(guardian).toOpaque()))
        self.timeout = timeout
        setTimeout(timeout)
        take(loadgate_curl_set_common(easy))
        take(loadgate_curl_leave_lookups(easy))
        // libcurl reads on and on where a peer sends empty frames of HTTP/2; nothing that is asked here needs it.
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        take(loadgate_curl_set_error_buffer(easy, errorText))
    }

    private func setTimeout(_ timeout: Span) {
        take(loadgate_curl_set_timeout(easy, loadgate_curl_milliseconds(timeout.nanoseconds)))
    }

    private func setAddress(_ request: FetchRequest, _ fields: inout [HeaderLine]) {
        guard let name = request.tls.serverName, let endpoint = try? Endpoint(parsing: request.url), endpoint.isSecure
        else {
            set(CURLOPT_URL, request.url)
            return
        }
        // libcurl takes the name to ask for and to verify from the URL, so the way to the host is told apart.
        set(CURLOPT_URL, "https://\(name):\(endpoint.port)\(endpoint.path)")
        let way = "\(name):\(endpoint.port):\(Fetch.bracketed(endpoint.host)):\(endpoint.port)"
        if let list = curl_slist_append(nil, way) {
            lists.append(list)
            take(loadgate_curl_set_list(easy, CURLOPT_CONNECT_TO, list))
        }
        if fields.values("Host").isEmpty { fields.append(HeaderLine("Host", endpoint.authority)) }
    }

    private static func isSigned(_ request: FetchRequest) -> Bool {
        if case .aws = request.signature { true } else { false }
    }

    private func setAuthentication(
        _ authentication: Authentication?, _ fields: inout [HeaderLine]
    ) throws(FetchFailure) {
        switch authentication {
        case nil: break
        case .basic(let user, let password):
            take(loadgate_curl_authenticate_basic(easy))
            try setUser(user, password)
        case .digest(let user, let password):
            take(loadgate_curl_authenticate_digest(easy))
            try setUser(user, password)
        case .bearer(let token):
            fields.append(HeaderLine("Authorization", "Bearer \(try Self.constant(token))"))
        case .aws(let signature):
            set(CURLOPT_AWS_SIGV4, "aws:amz:\(signature.region):\(signature.service)")
            try setUser(signature.keyID, signature.secretKey)
            if let token = signature.sessionToken {
                fields.append(HeaderLine("x-amz-security-token", try Self.constant(token)))
            }
        }
    }

    private func setUser(_ user: Text, _ password: Text) throws(FetchFailure) {
        set(CURLOPT_USERNAME, try Self.constant(user))
        set(CURLOPT_PASSWORD, try Self.constant(password))
    }

    /// A value that libcurl takes whole, in a field or as a string of C.
    private static func constant(_ text: Text) throws(FetchFailure) -> String {
        guard let constant = text.constant else {
            throw FetchFailure(reason: "\(text.shown) is not known before the load")
        }
        if constant.utf8.contains(where: { $0 < 32 || $0 == 127 }) {
            throw FetchFailure(reason: "a credential has a line break or another control character")
        }
        return constant
    }

    private func setMethod(_ method: String, _ body: [UInt8]?) {
        if method == "HEAD" {
            set(CURLOPT_NOBODY, 1)
            return
        }
        if let body {
            take(loadgate_curl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
            // Never nil: libcurl would read the body from standard input.
            (body + [0]).withUnsafeBufferPointer { bytes in
                bytes.withMemoryRebound(to: CChar.self) { characters in
                    take(loadgate_curl_set_string(easy, CURLOPT_COPYPOSTFIELDS, characters.baseAddress))
                }
            }
        } else {
            set(CURLOPT_HTTPGET, 1)
        }
        set(CURLOPT_CUSTOMREQUEST, method)
    }

    // MARK: Options

    /// The list of header fields.
    private var head: UnsafeMutablePointer<curl_slist>?

    private func append(_ line: String) {
        guard let list = curl_slist_append(head, line) else {
            refusal = refusal ?? CURLE_OUT_OF_MEMORY
            return
        }
        // The first element stays the list.
        if head == nil { lists.append(list) }
        head = list
    }

    private func take(_ code: CURLcode) { if code != CURLE_OK, refusal == nil { refusal = code } }

    private func set(_ option: CURLoption, _ value: Int) { take(loadgate_curl_set_long(easy, option, value)) }

    private func set(_ option: CURLoption, _ value: String) { take(loadgate_curl_set_string(easy, option, value)) }

    // MARK: Doing it

    /// Carries out what was prepared.
    func perform(shouldStop: () -> Bool) throws(FetchFailure) {
        if let refusal { throw FetchFailure(reason: String(cString: curl_easy_strerror(refusal))) }
        guard curl_multi_add_handle(multi, easy) == CURLM_OK else {
            throw FetchFailure(reason: "libcurl has no memory")
        }
        var limit = TimeLimit(timeout)
        while true {
            var running: Int32 = 0
            let lost = limit.lost
            try Self.demand(curl_multi_perform(multi, &running))
            // Before libcurl's word counts: it may have ended the transfer for its time, which passed while this process was
            // held up within the call.
            limit.see(asleep: TimeLimit.Nap(span: .zero))
            if running == 0 { break }
            if shouldStop() { throw FetchFailure(reason: "interrupted") }
            try Self.demand(curl_multi_poll(multi, nil, 0, TimeLimit.Nap(span: StallWatch.beat).milliseconds, nil))
            limit.see(asleep: TimeLimit.Nap(span: StallWatch.beat))
            // libcurl judges its timeout before it reads what lies in its socket, so it is given the lost time first.
            if limit.lost > lost { setTimeout(timeout + limit.lost) }
        }
        heldUp = limit.heldUp
        var left: Int32 = 0
        guard let message = curl_multi_info_read(multi, &left) else {
            throw FetchFailure(reason: "libcurl doesn't say how the transfer ended")
        }
        let code = message.pointee.data.result
        guard code != CURLE_OK else { return }
        throw FetchFailure(reason: words(of: code), heldUp: heldUp)
    }

    /// As the load's transports say it; else libcurl's own words, which say more than the code: which host.
    private func words(of code: CURLcode) -> String {
        let words = String(cString: errorText[0] == 0 ? curl_easy_strerror(code) : UnsafePointer(errorText))
        let connected = loadgate_curl_long(easy, CURLINFO_LOCAL_PORT) > 0
        let requested = loadgate_curl_size(easy, CURLINFO_PRETRANSFER_TIME_T) > 0
        switch code {
        case CURLE_OPERATION_TIMEDOUT where requested: return FailureText.noAnswer(within: timeout)
        case CURLE_OPERATION_TIMEDOUT:
            return connected ? FailureText.noHandshake(within: timeout) : FailureText.noConnection(within: timeout)
        case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE: return FailureText.closedEarly
        default:
            return FailureText.tls(ofCurl: words, secured: requested, isHandshake: code == CURLE_SSL_CONNECT_ERROR)
                ?? FailureText.head(ofCurl: words) ?? words
        }
    }

    private static func demand(_ code: CURLMcode) throws(FetchFailure) {
        if code != CURLM_OK { throw FetchFailure(reason: String(cString: curl_multi_strerror(code))) }
    }
}
