import Glibc
import NIOCore
import NIOHTTP1

/// As much of AWS Secrets Manager's interface as a deployment's check needs: `GetSecretValue` and `DescribeSecret`, in JSON
/// 1.1, of requests that are signed with the one key. Values are made up at the start and live as long as the process.
final class SecretsService: Service {
    private struct Secret: Sendable {
        let name: String
        let value: String
        let version: String
    }

    private struct Question: Decodable {
        let secretID: String

        enum CodingKeys: String, CodingKey {
            case secretID = "SecretId"
        }
    }

    private let signature: RequestSignature
    private let secrets: [String: Secret]
    private let created = time(nil)

    init(names: [String], key: RequestSignature.Key) {
        signature = RequestSignature(key: key)
        var random = SystemRandomNumberGenerator()
        func word() -> String { (0..<2).map { _ in String(random.next(), radix: 36) }.joined() }
        var secrets: [String: Secret] = [:]
        for name in names {
            let value = "{\"username\":\"paintbox\",\"password\":\"\(word())\",\"token\":\"\(word())\"}"
            secrets[name] = Secret(name: name, value: value, version: word())
        }
        self.secrets = secrets
    }

    func reject(_ problem: RequestProblem) -> Response { problem.response }

    func answer(_ request: Request) -> Answer {
        if request.method == .GET, request.path == "/health" {
            return .respond(Response.json(.ok) { $0.writeStaticString("{\"status\":\"ok\"}") })
        }
        guard request.method == .POST, request.path == "/" else {
            return .respond(RequestProblem(.notFound, "no such resource").response)
        }
        do throws(RequestSignature.Problem) {
            try signature.check(request, now: Int64(time(nil)))
        } catch {
            return .respond(Self.failure(error.rawValue, "the request's signature can't be accepted"))
        }
        let question: Question
        do throws(RequestProblem) {
            question = try JSONBody.decode(Question.self, from: request.body)
        } catch {
            return .respond(Self.failure("InvalidParameterException", "SecretId is needed"))
        }
        guard let secret = secrets[question.secretID] else {
            return .respond(
                Self.failure("ResourceNotFoundException", "Secrets Manager can't find the specified secret."))
        }
        switch request.headers.first(name: "X-Amz-Target") {
        case "secretsmanager.GetSecretValue": return .respond(response(secret, showsValue: true))
        case "secretsmanager.DescribeSecret": return .respond(response(secret, showsValue: false))
        default: return .respond(Self.failure("UnknownOperationException", "no such operation"))
        }
    }

    private func response(_ secret: Secret, showsValue: Bool) -> Response {
        Self.json(.ok) { buffer in
            buffer.writeStaticString("{\"ARN\":")
            buffer.writeJSON("arn:aws:secretsmanager:us-east-1:000000000000:secret:\(secret.name)-paint1")
            buffer.writeStaticString(",\"Name\":")
            buffer.writeJSON(secret.name)
            buffer.writeString(",\"CreatedDate\":\(created)")
            if showsValue {
                buffer.writeStaticString(",\"VersionId\":")
                buffer.writeJSON(secret.version)
                buffer.writeStaticString(",\"VersionStages\":[\"AWSCURRENT\"],\"SecretString\":")
                buffer.writeJSON(secret.value)
            } else {
                buffer.writeString(",\"LastChangedDate\":\(created),\"VersionIdsToStages\":{")
                buffer.writeJSON(secret.version)
                buffer.writeStaticString(":[\"AWSCURRENT\"]}")
            }
            buffer.writeStaticString("}")
        }
    }

    private static func failure(_ type: String, _ message: String) -> Response {
        json(.badRequest) { buffer in
            buffer.writeStaticString("{\"__type\":")
            buffer.writeJSON(type)
            buffer.writeStaticString(",\"Message\":")
            buffer.writeJSON(message)
            buffer.writeStaticString("}")
        }
    }

    private static func json(_ status: HTTPResponseStatus, _ write: (inout ByteBuffer) -> Void) -> Response {
        var response = Response(status)
        response.add("Content-Type", "application/x-amz-json-1.1")
        response.add("Cache-Control", "no-store")
        write(&response.body)
        return response
    }
}
