import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1

/// The style sheets that a region serves. Their content follows from number and revision, so nothing is stored but
/// the revisions of those that were changed.
final class Assets: Sendable {
    /// Numbers that exist.
    static let numbers = 0..<100_000

    private let revisions = NIOLockedValueBox<[Int: Int]>([:])
    /// How long caches may keep an asset, in seconds.
    let maxAge: Int
    private let cacheControl: String

    init(maxAge: Int) {
        self.maxAge = maxAge
        cacheControl = "public, max-age=\(maxAge)"
    }

    /// Makes a new version of an asset and gives its revision; the first is 1.
    func revise(_ number: Int) -> Int {
        revisions.withLockedValue { revisions in
            let revision = revisions[number, default: 1] + 1
            revisions[number] = revision
            return revision
        }
    }

    /// The asset as the region answers it, with a strong entity tag.
    func response(_ number: Int) -> Response {
        let revision = revisions.withLockedValue { $0[number] ?? 1 }
        var response = Response(.ok)
        response.body = Self.content(number, revision: revision)
        response.add("Content-Type", "text/css; charset=utf-8")
        response.add("Cache-Control", cacheControl)
        response.add("ETag", Self.entityTag(of: response.body))
        return response
    }

    /// The content: 2 to 6 KiB of style rules.
    static func content(_ number: Int, revision: Int) -> ByteBuffer {
        var random = SplitMix64(seed: UInt64(number) &* 1_000_003 &+ UInt64(revision))
        let size = 2048 + random.below(4096)
        var buffer = ByteBuffer()
        buffer.reserveCapacity(size + 64)
        buffer.writeString("/* asset \(number), revision \(revision) */\n")
        var rule = 0
        while buffer.readableBytes < size {
            let colour = String(0x10_0000 + random.below(0xF0_0000), radix: 16)
            buffer.writeString(".swatch-\(rule) { background: #\(colour); }\n")
            rule += 1
        }
        return buffer
    }

    /// FNV-1a of the content, quoted.
    static func entityTag(of content: ByteBuffer) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in content.readableBytesView {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        return "\"\(String(hash, radix: 16))\""
    }
}
