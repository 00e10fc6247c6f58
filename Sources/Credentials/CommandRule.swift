internal import Scenarios

/// Passwords among the words of a command line: `mysql -p…`, `sshpass -p …`, `redis-cli -a …`, `docker login -p …`.
enum CommandRule {
    /// Where the password of a command stands.
    private enum Form {
        /// Behind the option without a blank: `-pPASSWORD`.
        case attached(StaticString)
        /// Behind the option, with a blank or an equals sign.
        case following(StaticString)
    }

    private struct Command {
        /// In lower case, with the blank behind it.
        var name: String
        /// What has to stand on the line, too.
        var word: StaticString?
        var forms: [Form]
        /// True where it sets a key of AWS.
        var isSecretKey: Bool { name == "aws " }
    }

    private static let commands: [Command] = [
        // In `mysql -p NAME` the word behind the blank is a database.
        .init(name: "mysql ", word: nil, forms: [.attached("-p")]),
        .init(name: "mysqldump ", word: nil, forms: [.attached("-p")]),
        .init(name: "mysqladmin ", word: nil, forms: [.attached("-p")]),
        .init(name: "mysqlimport ", word: nil, forms: [.attached("-p")]),
        .init(name: "mariadb ", word: nil, forms: [.attached("-p")]),
        .init(name: "mariadb-dump ", word: nil, forms: [.attached("-p")]),
        .init(name: "sshpass ", word: nil, forms: [.following("-p"), .attached("-p")]),
        .init(name: "redis-cli ", word: nil, forms: [.following("-a"), .following("--pass")]),
        .init(name: "docker ", word: " login", forms: [.following("-p")]),
        .init(name: "podman ", word: " login", forms: [.following("-p")]),
        .init(name: "helm ", word: " login", forms: [.following("-p")]),
        .init(name: "oc ", word: " login", forms: [.following("-p")]),
        .init(name: "az ", word: " login", forms: [.following("-p")]),
        .init(name: "mongo ", word: nil, forms: [.following("-p")]),
        .init(name: "mongosh ", word: nil, forms: [.following("-p")]),
        .init(name: "mongodump ", word: nil, forms: [.following("-p")]),
        .init(name: "ldapsearch ", word: nil, forms: [.following("-w")]),
        .init(name: "influx ", word: nil, forms: [.following("-password")]),
        .init(name: "sqlcmd ", word: nil, forms: [.following("-p")]),
        .init(name: "aws ", word: " configure set aws_secret_access_key", forms: [.following("aws_secret_access_key")]),
        .init(name: "aws ", word: " configure set aws_session_token", forms: [.following("aws_session_token")]),
    ]

    /// Each command's name.
    static let keywords: [String] = Array(Set(commands.map(\.name))).sorted()
    /// The commands of each name.
    private static let named: [[Command]] = keywords.map { name in commands.filter { $0.name == name } }

    /// The password in the command line whose name ends at the offset; nil where there is none.
    static func match(_ bytes: [UInt8], keyword: Int, from start: Int) -> CredentialCandidate? {
        let begin = start - keywords[keyword].utf8.count
        guard TextScan.startsWord(bytes, at: begin), !isPart(bytes, begin) else { return nil }
        for command in named[keyword] {
            // What else the command is called stands near: prose that names it is left at once.
            if let word = command.word {
                let near = TextScan.lineEnd(bytes, from: start, within: 60)
                guard TextScan.contains(word, bytes[(start - 1)..<near]) else { continue }
            }
            let end = lineEnd(bytes, from: start)
            for form in command.forms {
                if let found = match(bytes, form, in: start..<end, isSecretKey: command.isSecretKey) { return found }
            }
        }
        return nil
    }

    /// `some-mysql ` is another command; `/usr/bin/mysql ` is the same.
    private static func isPart(_ bytes: [UInt8], _ start: Int) -> Bool {
        start > 0 && ByteClass("a-zA-Z0-9_.-").contains(bytes[start - 1])
    }

    /// The end of the command: of its line, or of the lines that a backslash continues.
    private static func lineEnd(_ bytes: [UInt8], from start: Int) -> Int {
        var end = TextScan.lineEnd(bytes, from: start, within: 1000)
        var lines = 1
        while lines < 10, end < bytes.count, end > start, bytes[end - 1] == UInt8(ascii: "\\") {
            end = TextScan.lineEnd(bytes, from: TextScan.skip(.lineEnd, bytes, from: end, within: 2), within: 1000)
            lines += 1
        }
        return end
    }

    private static func match(
        _ bytes: [UInt8], _ form: Form, in range: Range<Int>, isSecretKey: Bool
    ) -> CredentialCandidate? {
        let option: StaticString
        switch form {
        case .attached(let text), .following(let text): option = text
        }
        var offset = range.lowerBound
        // A command has one such option.
        var tries = 4
        let first = option.utf8Start[0]
        while offset + option.utf8CodeUnitCount < range.upperBound, tries > 0 {
            // `-P` is a port, and not `-p`.
            guard bytes[offset] == first, ByteClass.space.contains(bytes[offset - 1]),
                TextScan.find(option, bytes, in: offset..<offset + option.utf8CodeUnitCount) != nil
            else {
                offset += 1
                continue
            }
            tries -= 1
            offset += option.utf8CodeUnitCount
            if case .following = form {
                let next = TextScan.skip(ByteClass(" \t="), bytes, from: offset)
                guard next > offset else { continue }
                offset = next
            }
            let value =
                SettingValue.quoted(bytes, at: offset)
                ?? SettingValue(range: offset..<TextScan.skip(word, bytes, from: offset, within: 200), isQuoted: false)
            guard value.range.upperBound <= range.upperBound else { return nil }
            let secret = bytes[value.range]
            if isSecretKey {
                guard NamedService.isAWSSecret(secret) || secret.count >= 100 && SecretShape(secret).isRandom else {
                    continue
                }
                return CredentialCandidate(
                    kind: secret.count == 40 ? .awsSecretAccessKey : .awsSessionToken, range: value.range,
                    secret: Array(secret))
            }
            guard SecretValue.isSecret(secret, .password, isSetting: true), secret.first != UInt8(ascii: "-") else {
                continue
            }
            return CredentialCandidate(kind: .genericPassword, range: value.range, secret: Array(secret))
        }
        return nil
    }

    /// What a word of a command line is made of, without quotes.
    private static let word = ByteClass("!#%+-:=?-[]-_a-~")

    // MARK: - SQL

    /// What stands before the password of a user.
    static let identified = "identified "

    /// The password of `IDENTIFIED BY '…'` and `IDENTIFIED WITH … BY '…'`, where `IDENTIFIED ` ends at the offset. Digests
    /// follow `AS` or `BY PASSWORD`, or begin with an asterisk.
    static func match(_ bytes: [UInt8], identified start: Int) -> CredentialCandidate? {
        let line = start..<TextScan.lineEnd(bytes, from: start, within: 120)
        var offset = start
        while offset < line.upperBound, !TextScan.has("by ", bytes, at: offset) { offset += 1 }
        guard offset < line.upperBound,
            let value = SettingValue.quoted(bytes, at: TextScan.skip(.blank, bytes, from: offset + 3))
        else { return nil }
        let secret = bytes[value.range]
        let isDigest = secret.first == UInt8(ascii: "*") && secret.count == 41
        guard !isDigest, SecretValue.isSecret(secret, .password, isSetting: true) else { return nil }
        return CredentialCandidate(kind: .genericPassword, range: value.range, secret: Array(secret))
    }
}
