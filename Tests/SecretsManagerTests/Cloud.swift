import Fetch
import Foundation
import Measures
import Scenarios
import TestSupport
import Testing

/// A server of AWS's interfaces that a test fills, and then lets check signatures and rights.
final class Cloud {
    private let server = Result { try MotoServer() }
    private let folder = Result { try TemporaryFolder() }

    init() throws {
        _ = try server.get()
        _ = try folder.get()
    }

    /// Where it is.
    var url: String { (try? server.get().url) ?? "" }

    /// A folder of the test's own, as the home of the user who asks.
    var home: TemporaryFolder { get throws { try folder.get() } }

    /// From now on requests must be signed by a user that exists, with the right key, and may do what they ask for. The
    /// first `free` requests are let through.
    func demandSignatures(after free: Int = 0) throws {
        var request = FetchRequest(url: url + "/moto-api/reset-auth")
        request.method = "POST"
        request.body = Array("\(free)".utf8)
        #expect(try Fetch.send(request).status == 200)
    }

    /// A call that sets something up, before signatures are demanded.
    @discardableResult
    func setUp(_ action: String, _ members: [String: Any]) throws -> [String: Any] {
        let body = try JSONSerialization.data(withJSONObject: members)
        let answer = try call(
            "secretsmanager", Array(body),
            [
                HeaderLine("Content-Type", "application/x-amz-json-1.1"),
                HeaderLine("X-Amz-Target", "secretsmanager.\(action)"),
            ])
        let object = try JSONSerialization.jsonObject(with: Data(answer.utf8))
        return try #require(object as? [String: Any])
    }

    /// A secret with a text.
    func keep(_ name: String, _ text: String) throws {
        try setUp("CreateSecret", ["Name": name, "SecretString": text])
    }

    /// Makes a user who may do these actions, and gives the key.
    func user(_ name: String, may actions: [String]) throws -> (keyID: String, secretKey: String) {
        try identity([("Action", "CreateUser"), ("UserName", name)])
        try identity(
            [
                ("Action", "PutUserPolicy"), ("UserName", name), ("PolicyName", "p"),
                ("PolicyDocument", Self.policy(actions)),
            ])
        let answer = try identity([("Action", "CreateAccessKey"), ("UserName", name)])
        return (try Self.element("AccessKeyId", answer), try Self.element("SecretAccessKey", answer))
    }

    /// Makes a role that anybody may assume and that may do these actions, and gives its ARN.
    func role(_ name: String, may actions: [String]) throws -> String {
        let trust =
            "{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Allow\", \"Principal\": \"*\", "
            + "\"Action\": [\"sts:AssumeRole\", \"sts:AssumeRoleWithWebIdentity\"]}}"
        let answer = try identity([("Action", "CreateRole"), ("RoleName", name), ("AssumeRolePolicyDocument", trust)])
        try identity(
            [
                ("Action", "PutRolePolicy"), ("RoleName", name), ("PolicyName", "p"),
                ("PolicyDocument", Self.policy(actions)),
            ])
        return try Self.element("Arn", answer)
    }

    /// What a caller's environment holds: the region, the endpoint, an empty home, and what is added.
    func environment(_ more: [String: String] = [:]) throws -> [String: String] {
        [
            "HOME": try home.path, "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": url,
            "AWS_EC2_METADATA_DISABLED": "true",
        ].merging(more) { $1 }
    }

    /// The same with a user's key.
    func environment(_ key: (keyID: String, secretKey: String), _ more: [String: String] = [:]) throws -> [String:
        String]
    {
        try environment(
            ["AWS_ACCESS_KEY_ID": key.keyID, "AWS_SECRET_ACCESS_KEY": key.secretKey].merging(more) { $1 })
    }

    private static func policy(_ actions: [String]) -> String {
        let list = actions.map { "\"\($0)\"" }.joined(separator: ", ")
        return "{\"Version\": \"2012-10-17\", \"Statement\": "
            + "{\"Effect\": \"Allow\", \"Action\": [\(list)], \"Resource\": \"*\"}}"
    }

    private static func element(_ name: String, _ xml: String) throws -> String {
        let start = try #require(xml.firstRange(of: "<\(name)>"), "\(xml)")
        let end = try #require(xml.firstRange(of: "</\(name)>"))
        return String(xml[start.upperBound..<end.lowerBound])
    }

    @discardableResult
    private func identity(_ parameters: [(String, String)]) throws -> String {
        let pairs = (parameters + [("Version", "2010-05-08")]).map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
        }
        return try call(
            "iam", Array(pairs.joined(separator: "&").utf8),
            [HeaderLine("Content-Type", "application/x-www-form-urlencoded")])
    }

    private func call(_ service: String, _ body: [UInt8], _ fields: [HeaderLine]) throws -> String {
        var request = FetchRequest(url: url + "/")
        request.method = "POST"
        request.body = body
        request.fields = fields
        request.timeout = Span(seconds: 30)
        request.signature = .aws(
            .init(region: "us-east-1", service: service, keyID: Text("setup"), secretKey: Text("setup")))
        let answer = try Fetch.send(request)
        let text = String(decoding: answer.body, as: UTF8.self)
        #expect(answer.status == 200, "\(text)")
        return text
    }
}
