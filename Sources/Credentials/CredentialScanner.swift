internal import Scenarios

/// Finds credentials in texts: one pass finds the keywords of all rules, and only where one stands is more looked at.
/// It does no I/O. Safe to be used from several threads at once.
public struct CredentialScanner: Sendable {
    /// What a keyword leads to.
    private enum Lead: Sendable {
        case token(TokenRule)
        case assignment
        case connectionURL
        case privateKey
        case encodedPrivateKey
        case puttyKey
        case jsonWebToken
        case registries
        case bearer
        case basic
        case command
        case password(Int)
        case identified
        case discord
        case cloudflare
        case azure
        case telegram
        case mailchimp
        case terraform
        case signature
    }

    /// Candidates of one text at most: beyond them the file is what has to go, not each of them.
    public static let maximumCandidates = 1000

    private let leads: [(keyword: String, lead: Lead)]
    private let automaton: KeywordAutomaton

    /// A scanner with all rules.
    public init() {
        leads =
            TokenRule.all.map { ($0.keyword, .token($0)) } + AssignmentRule.keywords.map { ($0, .assignment) } + [
                (ConnectionURLRule.keyword, .connectionURL), (PrivateKeyRule.begin, .privateKey),
                (PrivateKeyRule.encodedBegin, .encodedPrivateKey), (PrivateKeyRule.putty, .puttyKey),
                (JSONWebTokenRule.keyword, .jsonWebToken), (JSONWebTokenRule.registries, .registries),
                (AuthorizationRule.bearer, .bearer), (AuthorizationRule.basic, .basic),
                (AuthorizationRule.command, .command), (CommandRule.identified, .identified),
                (DiscordRule.keyword, .discord),
                ("cloudflare", .cloudflare), ("cf_", .cloudflare),
                ("x-auth-key", .cloudflare), (ScatteredRule.azure, .azure), (ScatteredRule.telegram, .telegram),
                (ScatteredRule.mailchimp, .mailchimp), (ScatteredRule.terraform, .terraform),
                (ScatteredRule.signature, .signature),
            ] + CommandRule.keywords.enumerated().map { ($1, .password($0)) }
        automaton = KeywordAutomaton(leads.map(\.keyword))
    }

    /// The credentials in a text, in the order of their places, each byte at most once: a rule that knows a credential's
    /// shape goes before one that goes by its name.
    ///
    /// - Parameters:
    ///   - bytes: A text in UTF-8 or any other code that has ASCII in it; `SourceText` makes one of a file's bytes.
    ///   - path: The file's path, by which its sort is known.
    public func candidates(in bytes: [UInt8], path: String) -> [CredentialCandidate] {
        let kind = SourceKind(path: path)
        var assignment = AssignmentRule(bytes, kind)
        var found: [(rank: Int, candidate: CredentialCandidate)] = []
        var isDiscord = false
        automaton.forEachOccurrence(in: bytes) { number, end in
            guard found.count < Self.maximumCandidates else { return }
            let (keyword, lead) = leads[number]
            let start = end - keyword.utf8.count
            switch lead {
            case .token(let rule):
                guard let candidate = rule.match(bytes, at: start) else { return }
                found.append((0, candidate))
                if candidate.kind == .awsAccessKeyID {
                    found += NamedService.secrets(beside: candidate.range, bytes).map { (1, $0) }
                }
            case .assignment: found += assignment.match(start..<end).map { (4, $0) }
            case .cloudflare: NamedService.cloudflare(beside: start..<end, bytes).map { found.append((3, $0)) }
            case .discord: isDiscord = true
            case .bearer: AuthorizationRule.match(bytes, bearer: end).map { found.append((2, $0)) }
            default: Self.match(lead, bytes, start: start, end: end).map { found.append((1, $0)) }
            }
        }
        if isDiscord { found += DiscordRule.matches(bytes).map { (0, $0) } }
        found += FormRule.matches(bytes, kind.form).map { (2, $0) }
        return Self.distinct(found)
    }

    private static func match(_ lead: Lead, _ bytes: [UInt8], start: Int, end: Int) -> CredentialCandidate? {
        switch lead {
        case .connectionURL: ConnectionURLRule.match(bytes, authority: end)
        case .privateKey: PrivateKeyRule.match(bytes, label: end)
        case .encodedPrivateKey: PrivateKeyRule.match(bytes, encoded: start)
        case .puttyKey: PrivateKeyRule.match(bytes, putty: end)
        case .jsonWebToken: JSONWebTokenRule.match(bytes, at: start)
        case .registries: JSONWebTokenRule.match(bytes, registries: start)
        case .basic: AuthorizationRule.match(bytes, basic: end)
        case .command: AuthorizationRule.match(bytes, command: end)
        case .password(let number): CommandRule.match(bytes, keyword: number, from: end)
        case .identified: CommandRule.match(bytes, identified: end)
        case .azure: ScatteredRule.match(bytes, azure: start)
        case .telegram: ScatteredRule.match(bytes, telegram: start)
        case .mailchimp: ScatteredRule.match(bytes, mailchimp: start)
        case .terraform: ScatteredRule.match(bytes, terraform: start)
        case .signature: ScatteredRule.match(bytes, signature: start)
        case .token, .assignment, .cloudflare, .bearer, .discord: nil
        }
    }

    /// Of candidates that overlap, the one of the first rank, and of these the longest.
    private static func distinct(_ found: [(rank: Int, candidate: CredentialCandidate)]) -> [CredentialCandidate] {
        let ranked = found.enumerated().sorted { one, other in
            (one.element.rank, -one.element.candidate.range.count, one.offset)
                < (other.element.rank, -other.element.candidate.range.count, other.offset)
        }
        // Kept in the order of their places, so that only neighbours have to be looked at.
        var kept: [CredentialCandidate] = []
        for (_, (_, candidate)) in ranked {
            var low = 0
            var high = kept.count
            while low < high {
                let middle = (low + high) / 2
                if kept[middle].range.lowerBound < candidate.range.lowerBound {
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            let isFree =
                (low == 0 || kept[low - 1].range.upperBound <= candidate.range.lowerBound)
                && (low == kept.count || candidate.range.upperBound <= kept[low].range.lowerBound)
            if isFree { kept.insert(candidate, at: low) }
        }
        return kept
    }
}
