import Scenarios

/// Hostile bodies that are no JSON, or not the JSON that is expected.
extension HostileDerivation {
    func deepNesting() -> [HostileCase] {
        let wholes = [
            whole(.deepNesting, "100,000 arrays in each other") { _ in Self.nested("[", "", "]", 100_000) },
            whole(.deepNesting, "100,000 objects in each other") { _ in Self.nested("{\"a\":", "1", "}", 100_000) },
            whole(.deepNesting, "100,000 arrays that never end") { _ in Self.nested("[", "", "", 100_000) },
        ]
        return wholes
            + places.flatMap { location in
                [(1_000, "1,000"), (100_000, "100,000")].map { depth, shown in
                    let acceptance: HostileCase.Acceptance = location.type == .null ? .tolerated : .refused
                    return replacing(location, .deepNesting, "= \(shown) arrays in each other", acceptance) {
                        Self.nested("[", "", "]", depth)
                    }
                }
            }
    }

    private static func nested(_ opening: String, _ core: String, _ closing: String, _ depth: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(depth * (opening.utf8.count + closing.utf8.count) + core.utf8.count)
        for _ in 0..<depth { bytes += opening.utf8 }
        bytes += core.utf8
        for _ in 0..<depth { bytes += closing.utf8 }
        return bytes
    }

    func truncated() -> [HostileCase] {
        ["its first byte", "a quarter", "half", "three quarters", "all but its last byte"].enumerated().map {
            part, shown in
            whole(.truncated, "only \(shown) of the valid body") { tree in
                let bytes = tree.bytes
                return Array(
                    bytes.prefix([1, bytes.count / 4, bytes.count / 2, bytes.count * 3 / 4, bytes.count - 1][part]))
            }
        }
    }

    func trailingData() -> [HostileCase] {
        let more: [(String, [UInt8])] = [
            ("a brace", Array("}".utf8)), ("a word", Array(" loadgate".utf8)), ("a comma", Array(",".utf8)),
            ("another object", Array("{}".utf8)), ("a NUL byte", [0]),
            ("markup", Array("<script>loadgate(1)</script>".utf8)),
        ]
        return more.map { shown, bytes in
            whole(.trailingData, "the valid body and \(shown) behind it") { $0.bytes + bytes }
        }
    }

    func malformedJSON() -> [HostileCase] {
        var cases = [
            whole(.malformedJSON, "a comma behind the last member") { tree in
                var bytes = tree.bytes
                bytes.insert(UInt8(ascii: ","), at: bytes.count - 1)
                return bytes
            },
            whole(.malformedJSON, "a comment before the body") { Array("/* loadgate */".utf8) + $0.bytes },
            whole(.malformedJSON, "a comment behind the body") { $0.bytes + Array(" // loadgate".utf8) },
            whole(.malformedJSON, "a number sign's comment before the body") { Array("# loadgate\n".utf8) + $0.bytes },
            whole(.malformedJSON, "a call around the body") { Array("loadgate(".utf8) + $0.bytes + Array(")".utf8) },
            whole(.malformedJSON, "semicolons for commas") { _ in Array("{\"a\":1;\"b\":2}".utf8) },
            whole(.malformedJSON, "a text that is not closed") { _ in Array("{\"a\":\"b}".utf8) },
            whole(.malformedJSON, "an unknown escape") { _ in Array("{\"a\":\"\\x41\"}".utf8) },
            whole(.malformedJSON, "a name without its value") { _ in Array("{\"a\"}".utf8) },
            whole(.malformedJSON, "a word for a value") { _ in Array("{\"a\":True}".utf8) },
            whole(.malformedJSON, "a form for JSON") { _ in Array("area=1&coats=2".utf8) },
        ]
        let hasNames = !tree.objects.isEmpty && tree.bytes.contains(UInt8(ascii: "\""))
        if hasNames {
            cases.append(
                whole(.malformedJSON, "single quotes for double ones") { tree in
                    tree.bytes.map { $0 == UInt8(ascii: "\"") ? UInt8(ascii: "'") : $0 }
                })
            cases.append(
                whole(.malformedJSON, "names without quotes") { tree in
                    tree.bytes.filter { $0 != UInt8(ascii: "\"") }
                })
        }
        // Asked for as a browser asks: many servers answer mistakes with a page then.
        var markup = whole(.malformedJSON, "markup for JSON, for a reader of HTML") { _ in
            Array("<script>loadgate(1)</script>".utf8)
        }
        markup.fields = [.init(name: "Accept", value: "text/html")]
        var member = whole(.malformedJSON, "markup as a name, for a reader of HTML") { _ in
            Array("{\"<script>loadgate(1)</script>\":}".utf8)
        }
        member.fields = markup.fields
        return cases + [markup, member]
    }

    func emptyBodies() -> [HostileCase] {
        [
            whole(.emptyBodies, "no body") { _ in [] },
            whole(.emptyBodies, "a blank") { _ in [32] },
            whole(.emptyBodies, "blanks and line ends") { _ in Array(" \r\n\t\n ".utf8) },
        ]
    }

    func wrongRoots() -> [HostileCase] {
        let own = tree.type
        let valid = rule.types.filter { $0.path.elements.isEmpty }.reduce(Set([own])) { $0.union($1.types) }
        var roots: [(InputType, String)] = [
            (.null, "null"), (.boolean, "true"), (.number, "1"), (.string, "\"loadgate\""), (.string, "\"\""),
            (.array, "[]"),
        ]
        if own == .array { roots.append((.object, "{}")) }
        var cases = roots.filter { !valid.contains($0.0) }.map { root in
            whole(.wrongRoots, "\(root.1) as the whole body") { _ in Array(root.1.utf8) }
        }
        if !valid.contains(.array) {
            cases.append(whole(.wrongRoots, "the valid body in an array") { JSONTree.array([$0]).bytes })
        }
        if !valid.contains(.string) {
            cases.append(
                whole(.wrongRoots, "the valid body as a text") { tree in
                    JSONTree.text(String(decoding: tree.bytes, as: UTF8.self)).bytes
                })
        }
        return cases
    }
}
