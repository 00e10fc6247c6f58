/// Files in binary that hold private keys, by their names.
enum KeyFile {
    /// Whether the content at the path is a store of keys: its name says so, and its first bytes don't say otherwise.
    static func isOne(_ content: [UInt8], path: String) -> Bool {
        let name = path.split(separator: "/").last.map { $0.lowercased() } ?? ""
        if names.contains(name) { return true }
        guard let dot = name.lastIndex(of: ".") else { return false }
        switch name[name.index(after: dot)...] {
        // PKCS #12, Java's key stores (by magic number or as PKCS #12), KeePass.
        case "p12", "pfx": return content.first == 0x30
        case "jks", "keystore": return content.starts(with: [0xFE, 0xED, 0xFE, 0xED]) || content.first == 0x30
        case "bks", "ppk": return true
        case "kdbx", "kdb": return content.starts(with: [0x03, 0xD9, 0xA2, 0x9A])
        // DER: a sequence that begins with a version, as PKCS #1, PKCS #8 and SEC 1 have it; certificates begin otherwise.
        case "pem", "key", "der", "pk8": return isKeyInDER(content)
        default: return false
        }
    }

    private static func isKeyInDER(_ content: [UInt8]) -> Bool {
        guard content.count > 8, content[0] == 0x30 else { return false }
        let length = content[1] < 0x80 ? 0 : Int(content[1] & 0x7F)
        let version = 2 + length
        return version + 3 <= content.count && content[version] == 0x02 && content[version + 1] == 0x01
            && content[version + 2] <= 1
    }

    private static let names: Set<String> = ["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"]
}
