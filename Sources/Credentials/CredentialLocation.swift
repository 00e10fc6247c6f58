/// Where a credential stands: lines and columns from 1, columns in Unicode scalars.
public struct CredentialLocation: Sendable, Equatable {
    /// The line.
    public var line: Int
    /// The column of the first character.
    public var column: Int

    /// Makes a place.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// The places of byte offsets in a text, given in rising order. A line ends with LF, CR, or both.
    public static func places(of offsets: [Int], in bytes: [UInt8]) -> [CredentialLocation] {
        var result: [CredentialLocation] = []
        var location = CredentialLocation(line: 1, column: 1)
        var next = 0
        for offset in offsets {
            while next < min(offset, bytes.count) {
                let byte = bytes[next]
                let endsLine = byte == 0x0A || byte == 0x0D && !(next + 1 < bytes.count && bytes[next + 1] == 0x0A)
                if endsLine {
                    location = CredentialLocation(line: location.line + 1, column: 1)
                } else if byte & 0xC0 != 0x80 {
                    location.column += 1
                }
                next += 1
            }
            result.append(location)
        }
        return result
    }
}
