import CCurl
import CLinux
import Glibc
import Scenarios

/// Asks a service whether it is ready.
struct ReadinessProbe {
    private let readiness: Service.Readiness
    private let tls: TLSSettings

    /// `tls` is for `https://`: whom to trust, and who is asked for.
    init(_ readiness: Service.Readiness, tls: TLSSettings) {
        self.readiness = readiness
        self.tls = tls
    }

    /// nil: ready. Else what stands against it. Takes two seconds at most.
    func obstacle() -> String? {
        switch readiness {
        case .http(let url): return get(url.constant ?? "")
        case .tcp(let host, let port):
            return Self.perform { handle in
                _ = loadgate_curl_set_string(handle, CURLOPT_URL, "telnet://\(Self.bracketed(host)):\(port)")
                _ = loadgate_curl_set_long(handle, CURLOPT_CONNECT_ONLY, 1)
            }
        case .command(let command): return Self.run(command.map { $0.constant ?? "" })
        }
    }

    private static func bracketed(_ host: String) -> String {
        host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
    }

    private func get(_ url: String) -> String? {
        var lists: [UnsafeMutablePointer<curl_slist>?] = []
        defer { lists.forEach { curl_slist_free_all($0) } }
        var status = 0
        let obstacle = Self.perform { handle in
            var url = url
            if let name = tls.serverName, let endpoint = try? Endpoint(parsing: url), endpoint.isSecure {
                // libcurl takes the name to ask for and to verify from the URL, so the way to the host is told apart.
                url = "https://\(name):\(endpoint.port)\(endpoint.path)"
                let way = "\(name):\(endpoint.port):\(Self.bracketed(endpoint.host)):\(endpoint.port)"
                lists = [curl_slist_append(nil, way), curl_slist_append(nil, "Host: \(endpoint.authority)")]
                _ = loadgate_curl_set_list(handle, CURLOPT_CONNECT_TO, lists[0])
                _ = loadgate_curl_set_list(handle, CURLOPT_HTTPHEADER, lists[1])
            }
            _ = loadgate_curl_set_string(handle, CURLOPT_URL, url)
            demand(handle)
        } then: { handle in
            _ = loadgate_curl_response_code(handle, &status)
        }
        if let obstacle { return obstacle }
        return 200...299 ~= status ? nil : "it answers with status \(status)"
    }

    /// The scenario's settings of TLS, as its requests have them.
    private func demand(_ handle: UnsafeMutableRawPointer) {
        for (option, value) in [
            (CURLOPT_CAINFO, tls.authorities), (CURLOPT_SSLCERT, tls.certificate), (CURLOPT_SSLKEY, tls.key),
        ] {
            if let value { _ = loadgate_curl_set_string(handle, option, value) }
        }
        // Debian's libcurl has a folder of the system's authorities besides its file of them.
        if tls.authorities != nil { _ = loadgate_curl_set_string(handle, CURLOPT_CAPATH, nil) }
        if !tls.verifies {
            _ = loadgate_curl_set_long(handle, CURLOPT_SSL_VERIFYPEER, 0)
            _ = loadgate_curl_set_long(handle, CURLOPT_SSL_VERIFYHOST, 0)
        }
        let least: Int32 = tls.versions.lowerBound == .tls13 ? 3 : 2
        let most: Int32 = tls.versions.upperBound == .tls13 ? 3 : 2
        _ = loadgate_curl_set_tls_versions(handle, CURLOPT_SSLVERSION, least, most)
    }

    /// Carries out what `prepare` asks for. nil: it went well, and `then` may ask how. Else what libcurl says.
    private static func perform(
        _ prepare: (UnsafeMutableRawPointer) -> Void, then: (UnsafeMutableRawPointer) -> Void = { _ in }
    ) -> String? {
        guard let handle = curl_easy_init() else { return "libcurl has no memory" }
        defer { curl_easy_cleanup(handle) }
        _ = loadgate_curl_set_long(handle, CURLOPT_TIMEOUT_MS, 2_000)
        _ = loadgate_curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        // The service is asked itself, whatever proxy the environment names.
        _ = loadgate_curl_set_string(handle, CURLOPT_PROXY, "")
        _ = loadgate_curl_discard_body(handle)
        prepare(handle)
        let result = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(CURL_ERROR_SIZE)) { text in
            guard let base = text.baseAddress else { return String?.none }
            base.initialize(repeating: 0, count: text.count)
            _ = loadgate_curl_set_error_buffer(handle, base)
            defer { _ = loadgate_curl_set_error_buffer(handle, nil) }
            let code = curl_easy_perform(handle)
            guard code != CURLE_OK else { return nil }
            // Its own words say more than the code: which file, whose certificate.
            return String(cString: base[0] == 0 ? curl_easy_strerror(code) : UnsafePointer(base))
        }
        if result == nil { then(handle) }
        return result
    }

    private static func run(_ command: [String]) -> String? {
        let service = Service(name: "ready", command: command.map { Text($0) })
        do throws(ServiceFailure) {
            let process = try RunningService(service) { _ in }
            let deadline = loadgate_monotonic() + 2_000_000_000
            while process.isRunning, loadgate_monotonic() < deadline { usleep(5_000) }
            guard let ending = process.ending else {
                process.stop(grace: 0.1)
                return "its command doesn't end"
            }
            return ending == "exited with code 0" ? nil : "its command \(ending)"
        } catch {
            return error.reason
        }
    }
}
