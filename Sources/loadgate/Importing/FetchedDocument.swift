import ArgumentParser
import Fetch
import Generator
import Loadgate
import Measures
import Scenarios

/// A document that a server gives out, for `loadgate init --openapi URL`.
struct FetchedDocument {
    /// Its bytes.
    let bytes: [UInt8]
    /// Where it was in the end: redirects are followed.
    let url: String

    private static let maximumBytes = 64 << 20
    private static let timeout = Span(nanoseconds: 20_000_000_000)
    private static let maximumRedirects = 3

    /// Why there is no document.
    struct Failure: Error, CustomStringConvertible {
        var description: String
        var code: ExitCode
    }

    /// Asks for it. Nothing is sent to a host that is neither loopback nor authorised, redirects included.
    ///
    /// - Throws: `Failure`.
    init(_ address: String, authorised: [String]) throws(Failure) {
        var url = address
        for _ in 0...Self.maximumRedirects {
            let answer = try Self.answer(url, authorised)
            guard 300..<400 ~= answer.status, let location = Self.field("location", of: answer) else {
                guard answer.status == 200 else {
                    throw Failure(
                        description: "\(url) answered \(answer.status)\(Self.hint(for: answer.status))",
                        code: .invalidScenario)
                }
                self.bytes = answer.body
                self.url = url
                return
            }
            guard let next = Self.joined(location, to: url) else {
                throw Failure(description: "\(url) redirects to something that is not a URL", code: .invalidScenario)
            }
            url = next
        }
        throw Failure(
            description: "\(address) redirects more than \(Self.maximumRedirects) times", code: .invalidScenario)
    }

    private static func answer(_ url: String, _ authorised: [String]) throws(Failure) -> FetchAnswer {
        var request = FetchRequest(url: url)
        request.fields = [
            HeaderLine("Accept", "application/json, application/yaml;q=0.9, */*;q=0.5"),
            HeaderLine("User-Agent", "loadgate/\(Version.text)"),
        ]
        request.timeout = timeout
        request.maximumBody = maximumBytes
        do {
            let endpoint = try Endpoint(parsing: url)
            _ = try Destinations([endpoint], authorised: authorised)
            // A name may lead elsewhere when it is looked up again.
            request.peers = .init(of: endpoint.host, authorised: AuthorisedHosts(authorised))
        } catch is Endpoint.Malformed {
            throw Failure(description: "\(url) is not an http:// or https:// URL", code: .invalidScenario)
        } catch let error as Destinations.NotAuthorised {
            throw Failure(
                description: "\(error.host) (\(error.address)) is not this machine and not authorised: pass "
                    + "--authorise \(error.host)",
                code: .notAuthorised)
        } catch {
            throw Failure(description: "\(error)", code: .unreachable)
        }
        do throws(FetchFailure) {
            return try Fetch.send(request)
        } catch {
            throw Failure(description: "no answer from \(url): \(error.reason)", code: .unreachable)
        }
    }

    private static func field(_ name: String, of answer: FetchAnswer) -> String? {
        answer.fields.first { $0.name.lowercased() == name }?.value
    }

    private static func hint(for status: Int) -> String {
        switch status {
        case 401, 403: ": save the document to a file, and take that"
        case 404:
            ": it is often at /openapi.json, /swagger.json, /apispec_1.json, /v3/api-docs, /api/openapi.json or /api/schema/"
        default: ""
        }
    }

    /// The URL that a redirect names, which may be a path.
    private static func joined(_ location: String, to url: String) -> String? {
        if location.contains("://") { return location }
        guard location.hasPrefix("/"), !location.hasPrefix("//"), let scheme = url.firstRange(of: "://") else {
            return nil
        }
        let authority = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }
        return "\(url[..<scheme.upperBound])\(authority)\(location)"
    }
}
