internal import Credentials
import Scenarios

/// Values of a request that are secrets by what they are called: those that a server issued or a scenario holds itself, which the
/// run doesn't know as secrets. Each is shown by the name of its field, parameter, cookie or member.
enum IssuedSecrets {
    /// What is secret in a request, without what the run knows to be.
    static func values(
        head: [UInt8], body: [UInt8], known: Secrets
    ) -> [(value: String, shown: String)] {
        var found: [(value: String, shown: String)] = []
        func add(_ value: some StringProtocol, _ name: some StringProtocol) {
            let value = String(value)
            // What holds one of the run's own is shown by that one's name.
            guard known.redact(value) == value, !found.contains(where: { $0.value == value }) else { return }
            found.append((value, "${\(name)}"))
        }
        let lines = ExchangeTexts.lines(String(decoding: head, as: UTF8.self))
        if let target = lines.first?.split(separator: " ").dropFirst().first, let mark = target.firstIndex(of: "?") {
            for (name, value) in secretParameters(target[target.index(after: mark)...]) { add(value, name) }
        }
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let name = line[..<colon]
            let value = ExchangeTexts.trimmed(line[line.index(after: colon)...])
            guard SensitiveName.isHeader(String(name)) else { continue }
            if name.lowercased() == "cookie" {
                for pair in value.split(separator: ";") {
                    guard let equals = pair.firstIndex(of: "=") else { continue }
                    add(pair[pair.index(after: equals)...], ExchangeTexts.trimmed(pair[..<equals]))
                }
            } else {
                // Behind the scheme, where one stands in front: `Bearer …`.
                add(value.split(separator: " ", maxSplits: 1).last ?? value[...], name.lowercased())
            }
        }
        let text = String(decoding: body, as: UTF8.self)
        let type = ExchangeTexts.value(of: "content-type", in: head)?.lowercased() ?? ""
        if type.hasPrefix("application/x-www-form-urlencoded") {
            for (name, value) in secretParameters(text[...]) { add(value, name) }
        } else {
            for (name, value) in AnswerExcerpt.secretMembers(in: text) { add(value, name) }
        }
        return found
    }

    private static func secretParameters(_ query: Substring) -> [(name: String, value: String)] {
        let pairs = query.split(separator: "&").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        let names = pairs.compactMap(\.first)
        return pairs.compactMap { pair in
            pair.count == 2 && SensitiveName.isQueryField(pair[0], among: names) ? (pair[0], pair[1]) : nil
        }
    }
}
