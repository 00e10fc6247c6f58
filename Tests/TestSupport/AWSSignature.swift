import Foundation

/// AWS Signature Version 4, computed a second time from what a server received.
public enum AWSSignature {
    /// Computes the signature as AWS documents it ("Create a signed AWS API request") and prints what it comes to.
    private static let verifier = #"""
        import hashlib, hmac, json, re, sys, urllib.parse
        request = json.load(sys.stdin)
        def quote(text): return urllib.parse.quote(text, safe="-_.~")
        path, _, query = request["target"].partition("?")
        pairs = [pair.partition("=") for pair in query.split("&") if pair]
        pairs = sorted((quote(urllib.parse.unquote(n)), quote(urllib.parse.unquote(v))) for n, _, v in pairs)
        parts = dict(re.findall(r"(\w+)=([^, ]+)", request["headers"]["authorization"]))
        date, region, service, _ = parts["Credential"].split("/")[1:]
        names = parts["SignedHeaders"].split(";")
        assert names == sorted(names) and "host" in names and "x-amz-date" in names
        canonical = "\n".join([
            request["method"], path, "&".join(f"{n}={v}" for n, v in pairs),
            *[f"{n}:{' '.join(request['headers'][n].split())}" for n in names], "", ";".join(names),
            hashlib.sha256(request["body"].encode()).hexdigest()])
        text = "\n".join([
            "AWS4-HMAC-SHA256", request["headers"]["x-amz-date"], f"{date}/{region}/{service}/aws4_request",
            hashlib.sha256(canonical.encode()).hexdigest()])
        key = b"AWS4" + request["secret"].encode()
        for part in (date, region, service, "aws4_request", text):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        print("good" if key.hex() == parts["Signature"] else f"{canonical}\n{text}\n{parts}")
        """#

    /// `good`, or what was computed.
    public static func verdict(_ request: ScriptedServer.Request, secret: String) throws -> String {
        var headers: [String: String] = [:]
        for line in request.head.split(separator: "\r\n").dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        }
        let folder = try TemporaryFolder()
        let input = try JSONSerialization.data(withJSONObject: [
            "method": request.method, "target": request.path, "headers": headers, "body": request.body,
            "secret": secret,
        ])
        let script = try folder.write("verify.py", verifier)
        let file = try folder.write("request.json", String(decoding: input, as: UTF8.self))
        let result = try Binary.shell("/usr/bin/python3 \(script) <\(file)")
        return result.output.trimmingCharacters(in: .whitespacesAndNewlines) + result.errors
    }
}
