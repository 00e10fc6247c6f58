extension JSONPath {
    /// Parses a path that is all of the text, and leads to one value.
    ///
    /// - Throws: A problem whose column is the character in the text.
    public init(parsing source: String) throws(Problem) {
        self = try Self.whole(source) { cursor throws(GrammarError) in try Self.parse(&cursor) }
    }

    /// Parses a path that is all of the text, and may lead to several values.
    ///
    /// - Throws: A problem whose column is the character in the text.
    public init(parsingQuery source: String) throws(Problem) {
        self = try Self.whole(source) { cursor throws(GrammarError) in try Self.parseQuery(&cursor) }
    }

    private static func whole(
        _ source: String, _ parse: (inout Cursor) throws(GrammarError) -> JSONPath
    ) throws(Problem) -> JSONPath {
        var cursor = Cursor(source)
        do throws(GrammarError) {
            let path = try parse(&cursor)
            guard cursor.isAtEnd else {
                let found = cursor.next.map { quoted(String(Character($0))) } ?? "the end"
                throw GrammarError(
                    offset: cursor.offset, message: "expected . or [ in the JSON path, found \(found)")
            }
            return path
        } catch {
            throw Problem(file: "JSON path", line: 1, column: error.offset + 1, message: error.message)
        }
    }

    /// Parses a path to one value and leaves the cursor behind it, where a space or the end must be.
    static func parse(_ cursor: inout Cursor) throws(GrammarError) -> JSONPath {
        let start = cursor.offset
        let path = try parseQuery(&cursor)
        guard !path.leadsToSeveral else {
            throw GrammarError(
                offset: start,
                message: "expected a JSON path to one value here: names and indices, without *, .., slices and filters")
        }
        return path
    }

    /// Parses a path that may lead to several values, and leaves the cursor behind it, where a space or the end must be.
    static func parseQuery(_ cursor: inout Cursor) throws(GrammarError) -> JSONPath {
        let start = cursor.offset
        var parser = JSONQueryParser(cursor)
        let query = try parser.query()
        cursor = parser.cursor
        return JSONPath(query, source: cursor.text(start..<cursor.offset))
    }
}

extension JSONScanner {
    /// The values that a path leads to, in their order; of a path to one value that one or none.
    ///
    /// - Throws: Where the text is malformed, or so large and deep that the query takes more than `JSONQueryRun.stepBound`
    ///   steps in it.
    package static func findAll(
        _ path: JSONPath, in bytes: UnsafeBufferPointer<UInt8>
    ) throws(Malformed) -> [Slice] {
        guard let query = path.query else { return try find(path, in: bytes).map { [$0] } ?? [] }
        let document = try JSONDocument(bytes)
        var run = JSONQueryRun(document)
        do throws(JSONQueryRun.TooLong) {
            return try run.nodes(query).map(document.slice)
        } catch {
            throw .malformed
        }
    }
}
