public import Fetch
internal import Measures
internal import Reports
internal import Scenarios

/// InfluxDB's line protocol over HTTP: `/write` of InfluxDB 1, `/api/v2/write` of 2 and 3, and what else takes it.
public struct InfluxFormat: PushFormat {
    /// `influx`
    public static let name = "influx"
    /// As InfluxDB 2 has it.
    public static let example = "influx=http://127.0.0.1:8086/api/v2/write?org=ORG&bucket=BUCKET"

    /// Each second stands alone.
    public var isCumulative: Bool { false }

    /// Makes the target of an argument. The environment may say who writes, by the names of InfluxDB's own tools: `INFLUX_TOKEN`
    /// (2 and 3), or `INFLUX_USERNAME` and `INFLUX_PASSWORD` (1). User and password of the URL come first.
    public static func target(
        _ address: PushAddress?, environment: [String: String]
    ) throws(UnusablePush) -> PushTarget {
        guard let address else { throw UnusablePush(name, "wants a URL, such as \(example)") }
        if address.path.isEmpty || address.path == "/" {
            throw UnusablePush(
                name, "the URL wants a path: /api/v2/write?org=ORG&bucket=BUCKET, or /write?db=DB of InfluxDB 1")
        }
        if let precision = address.query.first(where: { $0.name == "precision" }),
            !["n", "ns"].contains(precision.value)
        {
            throw UnusablePush(name, "times are sent in nanoseconds: leave precision out of the URL")
        }
        var target = PushTarget(format: InfluxFormat(), address: address)
        target.fields = [HeaderLine("Content-Type", "text/plain; charset=utf-8")]
        guard address.user == nil else { return target }
        if let token = environment["INFLUX_TOKEN"], !token.isEmpty {
            target.fields.append(HeaderLine("Authorization", "Token \(token)"))
            target.secrets.append((token, "${env:INFLUX_TOKEN}"))
        } else if let user = environment["INFLUX_USERNAME"], !user.isEmpty {
            let password = environment["INFLUX_PASSWORD", default: ""]
            target.user = (user, password)
            target.secrets.append((password, "${env:INFLUX_PASSWORD}"))
        }
        return target
    }

    /// A line for each series.
    public func message(_ snapshot: PushSnapshot) -> [UInt8] { InfluxLines(snapshot: snapshot).bytes }

    /// What an answer means; of an error InfluxDB 1 says `error`, 2 and 3 `message`.
    public func reception(of answer: FetchAnswer) -> Reception {
        Reception(answer, said: Reception.words("error", of: answer) ?? Reception.words("message", of: answer))
    }
}
