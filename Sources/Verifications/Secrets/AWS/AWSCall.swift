import Fetch
import Foundation
import Glibc
import Measures
import Scenarios
import VerificationKit

/// One call of an AWS service: signed, sent, tried again where that may help, its answer judged.
struct AWSCall {
    /// Tries in all, of what is throttled or fails on the server's side.
    private static let tries = 3
    /// The pause before the second try; doubled before the third. In microseconds.
    private static let pause: UInt32 = 200_000
    /// The largest slice of a pause, after which the caller is asked whether to go on.
    private static let slice: UInt32 = 50_000

    let settings: AWSSettings
    let shouldStop: @Sendable () -> Bool

    /// A call of the Secrets Manager's JSON protocol (`x-amz-json-1.1`).
    func secretsManager(
        _ action: String, _ body: String, region: String, endpoint: String, as credentials: AWSCredentials
    ) throws(AWSFailure) -> [UInt8] {
        var request = settings.request(endpoint)
        request.method = "POST"
        request.fields = [
            HeaderLine("Content-Type", "application/x-amz-json-1.1"),
            HeaderLine("X-Amz-Target", "secretsmanager.\(action)"),
        ]
        request.body = Array(body.utf8)
        request.signature = Self.signature(.secretsManager, region, credentials)
        return try send(request, who: credentials.origin, hidden: credentials.hidden)
    }

    /// A call of STS's query protocol. `credentials` nil: unsigned. `hidden`: what must not show.
    func sts(
        _ parameters: [(String, String)], region: String, as credentials: AWSCredentials?, who: String,
        hidden: [String] = []
    ) throws(AWSFailure) -> String {
        var request = settings.request(settings.endpoint(of: .sts, region: region))
        request.method = "POST"
        request.fields = [HeaderLine("Content-Type", "application/x-www-form-urlencoded")]
        let pairs = (parameters + [("Version", "2011-06-15")]).map { "\($0.0)=\(FormCoding.encoded($0.1))" }
        request.body = Array(pairs.joined(separator: "&").utf8)
        request.signature = credentials.map { Self.signature(.sts, region, $0) }
        let body = try send(request, who: who, hidden: hidden + (credentials?.hidden ?? []))
        return String(decoding: body, as: UTF8.self)
    }

    private static func signature(
        _ service: AWSSettings.Service, _ region: String, _ credentials: AWSCredentials
    ) -> Authentication {
        .aws(
            Authentication.Signature(
                region: region, service: service.rawValue, keyID: Text(credentials.keyID),
                secretKey: Text(credentials.secretKey), sessionToken: credentials.token.map { Text($0) }))
    }

    private func send(_ request: FetchRequest, who: String, hidden: [String]) throws(AWSFailure) -> [UInt8] {
        var pause = Self.pause
        for attempt in 1...Self.tries {
            let answer: FetchAnswer
            do throws(FetchFailure) {
                answer = try Fetch.send(request, shouldStop: shouldStop)
            } catch {
                // It says nothing about the manager.
                if error.heldUp > .zero, attempt < Self.tries, !shouldStop() { continue }
                let endpoint = (try? Endpoint(parsing: request.url))?.base ?? "the endpoint"
                throw AWSFailure(.unreachable, "\(endpoint) gives no answer: \(error)")
            }
            if 200...299 ~= answer.status { return answer.body }
            let failure = AWSError(answer).failure(who: who, hidden: hidden)
            guard failure.kind == .throttled || failure.kind == .server, attempt < Self.tries, !shouldStop() else {
                throw failure
            }
            wait(pause)
            pause *= 2
        }
        preconditionFailure("the last try returns or throws")
    }

    private func wait(_ pause: UInt32) {
        var rest = pause
        while rest > 0, !shouldStop() {
            usleep(min(rest, Self.slice))
            rest -= min(rest, Self.slice)
        }
    }
}
