import Foundation

/// Bodies that become very much more when they are decoded: zeros.
enum BombBodies {
    /// A frame of Zstandard (RFC 8878 §3.1.1): 131,072 blocks, each a byte that is repeated 128 Ki times. 16 GiB out of 512 KiB.
    static let zstandard: [UInt8] = {
        // The magic number; no checksum, no content size; a window of 2^(10 + 7) bytes, the largest that a block may be.
        var bytes: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 7 << 3]
        let blocks = 131_072
        bytes.reserveCapacity(6 + 4 * blocks)
        for block in 0..<blocks {
            // Three bytes, little endian: whether it is the last, the kind (1: repeated), and the size.
            let header = (block + 1 == blocks ? 1 : 0) | 1 << 1 | (128 << 10) << 3
            bytes += [UInt8(header & 255), UInt8(header >> 8 & 255), UInt8(header >> 16), 0]
        }
        return bytes
    }()

    /// A file of gzip (RFC 1952): 131,072 times what zlib makes of 64 KiB of zeros behind a full flush, 83 bytes. 8 GiB; the checksum at
    /// its end is not theirs.
    static let gzip: [UInt8] = {
        let block: [UInt8] =
            [0xEC, 0xC1, 0x01, 0x01, 0x00, 0x00, 0x00, 0x80, 0x90, 0xFE, 0xAF, 0xEE, 0x08, 0x0A]
            + [UInt8](repeating: 0, count: 63) + [0x6A, 0x00, 0x00, 0x00, 0xFF, 0xFF]
        let head: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
        // An empty block that is the last one, the checksum, and the size modulo 2^32.
        let end: [UInt8] = [3, 0] + [UInt8](repeating: 0, count: 8)
        return head + Array(repeatElement(block, count: 131_072).joined()) + end
    }()

    /// What Google's encoder (quality 5, a window of 2^16 bytes) makes of zeros (RFC 7932): from the second MiB on each is the same
    /// 97 bytes. 16,384 times that are 16 GiB.
    static let brotli: [UInt8] = {
        func bytes(_ text: String) -> [UInt8] { Data(base64Encoded: text).map(Array.init) ?? [] }
        let begin = bytes(
            "9P8fAEgAxGOB5N4H6P8/AJAAiMMC0L0P0P9/ACABEIcFoHsfoP//AEACIA4LQPc+QP//AYAEQBwWgO59gP7/AwAJgDgsAN37AP3/"
                + "BwASAHFYALr3Afr/DwAkAOKwAHTvA/T/Hw==")
        let mebibyte = bytes(
            "AEgAxGEB6N4H6P8/AJAAiMMC0L0P0P9/ACABEIcFoHsfoP//AEACIA4LQPc+QP//AYAEQBwWgO59gP7/AwAJgDgsAN37AP3/BwAS"
                + "AHFYALr3Afr/DwAkAOKwAHTvA/T/Hw==")
        let end = bytes(
            "AEgAxGEB6N4H6P8/AJAAiMMC0L0P0P9/ACABEIcFoHsfoP//AEACIA4LQPc+QP//AYAEQBwWgO59gP7/AwAJgDgsAN37AP3/BwAS"
                + "AHFYALr3Afr/DwAkAOKwAHTvAwY=")
        return begin + Array(repeatElement(mebibyte, count: 16_384).joined()) + end
    }()
}
