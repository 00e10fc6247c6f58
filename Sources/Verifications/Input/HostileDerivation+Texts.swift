import Scenarios

/// Hostile bodies whose texts are.
extension HostileDerivation {
    /// Where hostile texts go: to all texts, or, where there is none, to the first value, which then has the wrong type.
    private var texts: [BodyLocation] {
        let texts = places.filter { $0.type == .string }
        return texts.isEmpty ? Array(places.prefix(1)) : texts
    }

    /// A JSON text, given without its quotes; valid where texts are, unless `acceptance` says otherwise.
    private func text(
        _ location: BodyLocation, _ kind: InputKind, _ content: String, _ acceptance: HostileCase.Acceptance = .free
    ) -> HostileCase {
        let isText = types(at: location).contains(.string)
        return replacing(location, kind, by: "\"\(content)\"", isText ? acceptance : .refused)
    }

    func emptyStrings() -> [HostileCase] {
        texts.flatMap { location in ["", "   "].map { text(location, .emptyStrings, $0, .tolerated) } }
    }

    func longStrings() -> [HostileCase] {
        let lengths = [(100_000, "100,000"), (1 << 20, "1,048,576")]
        let values = texts.flatMap { location in
            lengths.map { length, shown in
                replacing(location, .longStrings, "= a text of \(shown) bytes", .refused) {
                    [UInt8(ascii: "\"")] + [UInt8](repeating: UInt8(ascii: "a"), count: length)
                        + [UInt8(ascii: "\"")]
                }
            }
        }
        let name = "a member with a name of 1,048,576 bytes"
        return values
            + tree.objects.prefix(1).map { object in
                whole(.longStrings, "\(object.shown) with \(name)", .tolerated) { tree in
                    tree.withMembers(at: object.indices) {
                        $0.append(.init(name: String(repeating: "a", count: 1 << 20), value: .raw("1")))
                    }.bytes
                }
            }
    }

    func controlCharacters() -> [HostileCase] {
        texts.flatMap { location in
            // Raw ones are no JSON (RFC 8259 §7); escaped ones are, though few members want them.
            [(0, "NUL"), (10, "line feed"), (27, "escape")].map { byte, name in
                replacing(location, .controlCharacters, "= a text with a raw \(name)", .refused) {
                    Array("\"a".utf8) + [UInt8(byte)] + Array("b\"".utf8)
                }
            }
                + ["a\\u0000b", "\\u001b[31mred", "a\\r\\nb"].map { text(location, .controlCharacters, $0, .tolerated) }
        }
    }

    func loneSurrogates() -> [HostileCase] {
        texts.flatMap { location in
            // RFC 8259 §8.2 leaves it to the receiver.
            ["\\ud800", "\\udc00", "\\udc00\\ud800", "\\ud800a"].map { text(location, .loneSurrogates, $0, .tolerated) }
        }
    }

    private static let rawSurrogate = "a surrogate ED A0 80"

    func invalidUTF8() -> [HostileCase] {
        let forms: [(String, [UInt8])] = [
            ("the byte FF", [0xFF]), ("a lone continuation byte 80", [0x80]),
            ("a character cut short E2 82", [0xE2, 0x82]),
            ("an overlong / C0 AF", [0xC0, 0xAF]), ("an overlong NUL E0 80 80", [0xE0, 0x80, 0x80]),
            (Self.rawSurrogate, [0xED, 0xA0, 0x80]),
            ("a character beyond Unicode F4 90 80 80", [0xF4, 0x90, 0x80, 0x80]),
            ("Latin-1 FC", [0xFC]),
        ]
        return texts.flatMap { location in
            forms.map { shown, bytes in
                // Python's json takes half of a pair like the escaped one, which is left to the receiver.
                let acceptance: HostileCase.Acceptance = shown == Self.rawSurrogate ? .tolerated : .refused
                return replacing(location, .invalidUTF8, "= a text with \(shown)", acceptance) {
                    Array("\"a".utf8) + bytes + Array("b\"".utf8)
                }
            }
        }
    }

    /// What a payload becomes where a template engine calculates it.
    static let calculated = "8641969"
    private static let calculation = "1234567*7"

    func injections() -> [HostileCase] {
        let payloads = [
            "<script>loadgate(1)</script>", "\\\"><img src=x onerror=loadgate(1)>", "<svg/onload=loadgate(1)>",
            "' OR '1'='1' --", "1; DROP TABLE loadgate; --", "{{\(Self.calculation)}}", "${\(Self.calculation)}",
            "<%= \(Self.calculation) %>", "#{\(Self.calculation)}", "../../../../../../etc/passwd",
            "file:///etc/passwd", "${jndi:ldap://127.0.0.1:9/loadgate}", "$(echo $((\(Self.calculation))))",
            "; echo loadgate #", "a\\r\\n\(EchoJudge.injectedField): 1\\r\\n\\r\\n", "%s%s%s%n", "*)(uid=*", "=1+1",
        ]
        let operators = places.filter { [.string, .number, .boolean].contains($0.type) }.map { location in
            replacing(location, .injections, by: "{\"$ne\":null}", acceptance(of: .object, at: location))
        }
        return texts.flatMap { location in payloads.map { text(location, .injections, $0) } } + operators
    }
}
