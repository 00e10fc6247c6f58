internal import Scenarios

/// TLS settings as the journal has them: files, and no passphrase.
public struct JournaledTLS: Sendable, Equatable, Codable {
    var authorities: String?
    var certificate: String?
    var key: String?
    var hasPassphrase = false
    var verifies = true
    var serverName: String?
    var newest = TLSSettings.Version.tls13.rawValue
    var oldest = TLSSettings.Version.tls12.rawValue

    /// The language's own settings.
    init() {}

    /// Where the passphrase comes from, as `SecretValues` has it.
    private static let passphrase = "${tls.key_passphrase}"

    /// Paths become whole ones, seen from a folder; the passphrase goes to the values.
    init(_ tls: TLSSettings, folder: String, _ values: inout SecretValues) {
        func whole(_ path: String?) -> String? { path.map { $0.hasPrefix("/") ? $0 : folder + "/" + $0 } }
        authorities = whole(tls.authorities)
        certificate = whole(tls.certificate)
        key = whole(tls.key)
        verifies = tls.verifies
        serverName = tls.serverName
        oldest = tls.versions.lowerBound.rawValue
        newest = tls.versions.upperBound.rawValue
        if let passphrase = tls.keyPassphrase {
            hasPassphrase = true
            values.add([Self.passphrase: passphrase])
        }
    }

    /// - Throws: Where the passphrase is not known.
    func settings(_ values: SecretValues) throws(FaultFailure) -> TLSSettings {
        var tls = TLSSettings()
        tls.authorities = authorities
        tls.certificate = certificate
        tls.key = key
        tls.verifies = verifies
        tls.serverName = serverName
        if let oldest = TLSSettings.Version(rawValue: oldest), let newest = TLSSettings.Version(rawValue: newest),
            oldest <= newest
        {
            tls.versions = oldest...newest
        }
        if hasPassphrase {
            do throws(FaultFailure) {
                tls.keyPassphrase = try values.value(of: Self.passphrase)
            } catch {
                throw FaultFailure("the passphrase of tls.key is known to the run alone")
            }
        }
        return tls
    }
}
