/// What a value looks like, and how it is read: the schema and the reader have it from here.
public struct KeyForm<Value: Sendable>: Sendable {
    /// What the JSON Schema says of the value.
    public let shape: Shape
    /// Reads the value; what is wrong is reported, and nil given then.
    public let decode: @Sendable (Reading, SourceNode, KeyContext) -> Value?

    /// True where more is asked of the value than the form does.
    package var isReadByHand = false

    /// A form of one's own; `decode` must take what `shape` says and nothing else, as far as a schema can say it.
    public init(
        _ shape: Shape,
        decode: @escaping @Sendable (_ reading: Reading, _ node: SourceNode, _ context: KeyContext) -> Value?
    ) {
        self.shape = shape
        self.decode = decode
    }

    /// The same with something else made of the value; what is wrong with it is to be reported, and nil given then.
    public func then<Other: Sendable>(
        _ next: @escaping @Sendable (_ value: Value, _ node: SourceNode, _ reading: Reading) -> Other?
    ) -> KeyForm<Other> {
        let decode = decode
        return KeyForm<Other>(shape) { reading, node, context in
            decode(reading, node, context).flatMap { next($0, node, reading) }
        }
    }

    /// The same where something else may stand in `${…}`.
    public func within(_ scope: Scope) -> KeyForm {
        let decode = decode
        return KeyForm(shape) { reading, node, context in
            var context = context
            context.scope = scope
            return decode(reading, node, context)
        }
    }

    /// A text known when the scenario is read, which a parser takes apart; `expected` begins what is reported, such as
    /// `expected a day such as 2026-12-31`.
    public static func parsed(
        _ expected: String, _ shape: Shape, _ parse: @escaping @Sendable (String) throws(GrammarError) -> Value
    ) -> KeyForm {
        KeyForm(shape) { reading, node, _ in reading.value(node, expected, parse) }
    }
}

// MARK: - Scalars

extension KeyForm where Value == String {
    /// A text that takes no `${…}`.
    public static func name(_ what: String = "a text", _ shape: Shape = .name) -> KeyForm {
        KeyForm(shape) { reading, node, _ in reading.name(node, what) }
    }

    /// A text that takes no `${…}`.
    public static var name: KeyForm { name() }

    /// The name of a header field.
    public static var headerName: KeyForm {
        name("the name of a header field", .token).then { name, node, reading in
            guard let problem = HeaderName.problem(name) else { return name }
            reading.report(node.location, problem)
            return nil
        }
    }

    /// A numeric IPv4 or IPv6 address.
    public static var address: KeyForm { KeyForm(.text) { reading, node, _ in reading.address(node) } }
}

extension KeyForm where Value == ConstantURL {
    /// A whole `http[s]://` URL that is known when the scenario is read.
    public static var constantURL: KeyForm { KeyForm(.text) { reading, node, _ in reading.constantURL(node) } }
}

extension KeyForm where Value == Text {
    /// A text with places to fill in.
    public static func text(_ what: String = "a text") -> KeyForm {
        KeyForm(.text) { reading, node, context in reading.text(node, context.scope, what) }
    }

    /// A text with places to fill in.
    public static var text: KeyForm { text() }

    /// A text known when the scenario is read.
    public static func constant(_ what: String) -> KeyForm {
        KeyForm(.text) { reading, node, _ in reading.constant(node, what) }
    }

    /// The value of a header field.
    public static var headerValue: KeyForm {
        KeyForm(.text) { reading, node, context in reading.headerValue(node, context.scope) }
    }

    /// A path on the target, or a whole `http[s]://` URL.
    public static var url: KeyForm {
        KeyForm(.url) { reading, node, context in reading.stepURL(node, context.scope, webSocket: false) }
    }
}

extension KeyForm where Value == Bool {
    /// `true` or `false`.
    public static var boolean: KeyForm { KeyForm(.boolean) { reading, node, _ in reading.boolean(node) } }
}

extension KeyForm where Value == Int {
    /// A whole number.
    public static func integer(_ range: ClosedRange<Int>) -> KeyForm {
        KeyForm(.integer(range)) { reading, node, _ in
            reading.integer(node, minimum: range.lowerBound, maximum: range.upperBound)
        }
    }

    /// A size such as `64KiB`, in bytes.
    public static func size(_ range: ClosedRange<Int>, _ words: String) -> KeyForm {
        .parsed(Quantity.expectedSize, .pattern(Quantity.sizePattern)) { text throws(GrammarError) in
            let bytes = try Quantity.size(text)
            guard Double(range.lowerBound)...Double(range.upperBound) ~= bytes else {
                throw GrammarError(offset: 0, message: "expected a size from \(words), found \(quoted(text))")
            }
            return Int(bytes.rounded())
        }
    }
}

extension KeyForm where Value == Double {
    /// A ratio such as `5%` or `0.05`.
    public static func ratio(_ example: String) -> KeyForm {
        .parsed("expected a ratio such as \(example)", .ratio, Quantity.ratio)
    }

    /// A rate such as `50/s` above zero, per second.
    public static var rate: KeyForm {
        .parsed(Quantity.expectedRate, .rate) { text throws(GrammarError) in
            let rate = try Quantity.rate(text)
            guard rate > 0 else { throw GrammarError(offset: 0, message: "expected a rate above 0/s") }
            return rate
        }
    }
}

extension KeyForm where Value == Duration {
    /// A duration above zero.
    public static var duration: KeyForm { KeyForm(.duration) { reading, node, _ in reading.duration(node) } }

    /// A duration that may be zero.
    public static var durationOrZero: KeyForm {
        KeyForm(.durationOrZero) { reading, node, _ in reading.duration(node, allowsZero: true) }
    }
}

extension KeyForm where Value: RawRepresentable<String> & CaseIterable {
    /// One of the cases, by its raw value.
    public static func choice(_: Value.Type) -> KeyForm { choice }

    /// One of the cases, by its raw value.
    public static var choice: KeyForm {
        let names = Value.allCases.map(\.rawValue)
        return KeyForm(.choice(names)) { reading, node, _ in reading.choice(node, names).flatMap(Value.init) }
    }
}

extension KeyForm where Value: RawRepresentable<String> & CaseIterable {
    /// One of the cases, by its raw value, which is a number that may stand without quotes.
    public static func numeral(_: Value.Type) -> KeyForm {
        let names = Value.allCases.map(\.rawValue)
        return KeyForm(.numeral(names)) { reading, node, _ in reading.choice(node, names).flatMap(Value.init) }
    }
}

// MARK: - Lists and mappings

extension KeyForm {
    /// A list; `what` its elements are, such as `header fields`. `lacks` is reported of an empty list, which is fine
    /// otherwise.
    public static func list<Element: Sendable>(
        _ element: KeyForm<Element>, of what: String, lacks: String? = nil
    ) -> KeyForm where Value == [Element] {
        KeyForm(.list(element.shape, atLeast: lacks == nil ? 0 : 1)) { reading, node, context in
            let nodes = reading.elements(node, of: what)
            if let lacks, nodes.isEmpty, case .list = node.content { reading.report(node.location, lacks) }
            return nodes.compactMap { element.decode(reading, $0, context) }
        }
    }

    /// A list of cases by their raw values, each there once.
    public static func choices<Name: RawRepresentable<String> & CaseIterable & Sendable>(
        _: Name.Type, of what: String
    ) -> KeyForm where Value == [Name] {
        let names = Name.allCases.map(\.rawValue)
        return KeyForm(.list(.choice(names), atLeast: 0)) { reading, node, _ in
            reading.choices(node, names, of: what).compactMap(Name.init)
        }
    }

    /// Reasons by the cases of an enum: checks that don't count.
    public static func waived<Name: RawRepresentable<String> & CaseIterable & Hashable & Sendable>(
        _ name: Name.Type
    ) -> KeyForm where Value == [Name: String] {
        KeyForm(.names(.text)) { reading, node, _ in reading.waived(node, name) }
    }

    /// A mapping of a group's keys.
    public static func group<Group: KeyGroup>(_ group: Group.Type) -> KeyForm where Value == KeyValues<Group> {
        KeyForm(.mapping(KeyTable(group))) { reading, node, context in reading.read(node, group, context) }
    }
}

/// A value under a name of the user's choice.
public struct NamedValue<Value: Sendable>: Sendable {
    /// The name.
    public let name: String
    /// Where the name stands.
    public let location: TextLocation
    /// The value; nil where it is wrong.
    public let value: Value?
}

extension KeyForm {
    /// A mapping whose keys are names of the user's choice, each with a value of one form.
    public static func named<Element: Sendable>(
        _ element: KeyForm<Element>, of what: String
    ) -> KeyForm where Value == [NamedValue<Element>] {
        KeyForm(.names(element.shape)) { reading, node, context in
            reading.entries(node, of: what).map { entry in
                NamedValue(
                    name: entry.key, location: entry.location, value: element.decode(reading, entry.value, context))
            }
        }
    }
}

extension KeyForm where Value == [Header] {
    /// Header fields by name.
    public static var headers: KeyForm {
        KeyForm(.names(.text)) { reading, node, context in reading.headers(node, context.scope) }
    }

    /// The fields of a form.
    public static var form: KeyForm {
        KeyForm(.names(.text)) { reading, node, context in reading.form(node, context.scope) }
    }
}

extension KeyForm where Value == SourceNode {
    /// A value that is read by hand, since that takes more than its key.
    public static func node(_ shape: Shape) -> KeyForm {
        var form = KeyForm(shape) { _, node, _ in node }
        form.isReadByHand = true
        return form
    }

    /// A mapping of a group's keys that is read by hand, with a context of its own.
    public static func node<Group: KeyGroup>(of group: Group.Type) -> KeyForm { .node(.mapping(KeyTable(group))) }
}

extension KeyForm where Value == [SourceNode.Entry] {
    /// A mapping whose keys are names of the user's choice, such as `addresses by host:port`.
    public static func entries(of what: String, _ value: Shape) -> KeyForm {
        var form = KeyForm(.names(value)) { reading, node, _ in reading.entries(node, of: what) }
        form.isReadByHand = true
        return form
    }
}

extension KeyForm where Value == [SourceNode] {
    /// A list whose elements are read by hand.
    public static func elements(of what: String, _ element: Shape, atLeast least: Int = 0) -> KeyForm {
        var form = KeyForm(.list(element, atLeast: least)) { reading, node, _ in
            reading.elements(node, of: what)
        }
        form.isReadByHand = true
        return form
    }
}
