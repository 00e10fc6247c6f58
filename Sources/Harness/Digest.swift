import COpenSSL
import Foundation

/// SHA-256 (FIPS 180-4), by OpenSSL.
enum Digest {
    /// The digest of some bytes in hexadecimal.
    static func sha256(_ data: Data) -> String {
        var digits = [UInt8](repeating: 0, count: 64)
        data.withUnsafeBytes { bytes in
            loadgate_sha256_hex(bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, &digits)
        }
        return String(decoding: digits, as: UTF8.self)
    }
}
