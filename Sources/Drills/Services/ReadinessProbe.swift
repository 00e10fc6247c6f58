import CCurl
import CLinux
import Glibc
import Scenarios

/// Asks a service whether it is ready.
struct ReadinessProbe {
    private let readiness: Service.Readiness

    init(_ readiness: Service.Readiness) { self.readiness = readiness }

    /// nil: ready. Else what stands against it. Takes two seconds at most.
    func obstacle() -> String? {
        switch readiness {
        case .http(let url): return Self.get(url.constant ?? "")
        case .tcp(let host, let port): return Self.get("telnet://\(Self.bracketed(host)):\(port)", connectOnly: true)
        case .command(let command): return Self.run(command.map { $0.constant ?? "" })
        }
    }

    private static func bracketed(_ host: String) -> String {
        host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
    }

    private static func get(_ url: String, connectOnly: Bool = false) -> String? {
        guard let handle = curl_easy_init() else { return "libcurl has no memory" }
        defer { curl_easy_cleanup(handle) }
        _ = loadgate_curl_set_string(handle, CURLOPT_URL, url)
        _ = loadgate_curl_set_long(handle, CURLOPT_TIMEOUT_MS, 2_000)
        _ = loadgate_curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        _ = loadgate_curl_set_long(handle, CURLOPT_CONNECT_ONLY, connectOnly ? 1 : 0)
        // The service is asked itself, whatever proxy the environment names.
        _ = loadgate_curl_set_string(handle, CURLOPT_PROXY, "")
        _ = loadgate_curl_discard_body(handle)
        let result = curl_easy_perform(handle)
        guard result == CURLE_OK else { return String(cString: curl_easy_strerror(result)) }
        if connectOnly { return nil }
        var status = 0
        _ = loadgate_curl_response_code(handle, &status)
        return 200...299 ~= status ? nil : "it answers with status \(status)"
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
