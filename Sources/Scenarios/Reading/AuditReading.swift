extension Reading {
    /// How acknowledged writes are found again.
    func audit(_ node: SourceNode, _ names: DrillNames) -> WriteAudit? {
        var scope = Scope.constant
        scope.hasWriteID = true
        guard let keys = read(node, AuditKeys.self, KeyContext(scope: scope, defaults: names.defaults)),
            let write = keys.write, let given = keys.read, let read = auditRead(given, names)
        else { return nil }
        var audit = WriteAudit(write: write, read: read)
        audit.rate = keys.rate ?? audit.rate
        audit.refused = keys.refused ?? []
        audit.read.list?.sharesIDs = names.steps.contains { step in
            step.name != write && step.namesWrite && ![.get, .head].contains(step.method)
        }
        checkWrite(keys, audit, names)
        return audit
    }

    /// The step whose good answer acknowledges the write.
    private func checkWrite(_ keys: KeyValues<AuditKeys>, _ audit: WriteAudit, _ names: DrillNames) {
        guard let step = names.steps.first(where: { $0.name == audit.write }) else {
            let hint = Suggestion.hint(for: audit.write, among: names.steps.map(\.name), otherwise: "there are")
            report(keys.location(of: \.write), "no step is called \(quoted(audit.write))\(hint)")
            return
        }
        if names.stepsOfSeveralLoads.contains(audit.write) {
            report(
                keys.location(of: \.write),
                "several loads send the step \(quoted(audit.write)): give its flow to one of them, so that it is known which write is meant"
            )
        }
        if !step.namesWrite {
            report(
                keys.location(of: \.write),
                "the step \(quoted(audit.write)) does not send ${write.id}: nothing could be found again by it")
        }
        if step.isRepeated {
            report(
                keys.location(of: \.write),
                "the step \(quoted(audit.write)) is repeated within an iteration, which has one ${write.id}: its second write would look like a duplicate"
            )
        }
        if step.expect.contains(where: { $0.overlaps(500...599) }) {
            report(
                keys.location(of: \.write),
                "the step \(quoted(audit.write)) expects 5xx: such an answer would acknowledge a write that was not applied"
            )
        }
        let good = audit.refused.first { refused in step.expect.contains { $0.overlaps(refused) } }
        if let good {
            report(
                keys.location(of: \.refused),
                "\(Self.shown(good)) acknowledges the write by the step's expect, and can't refuse it as well")
        }
    }

    private static func shown(_ statuses: ClosedRange<Int>) -> String {
        statuses.count == 1 ? "\(statuses.lowerBound)" : "\(statuses.lowerBound)..\(statuses.upperBound)"
    }

    // MARK: - What finds writes again

    private func auditRead(_ keys: KeyValues<AuditReadKeys>, _ names: DrillNames) -> AuditRead? {
        guard keys.has(\.get) || keys.has(\.list) else { return nil }
        if !keys.has(\.get) {
            for key in keys.present(keys.declared.found, keys.declared.applied, keys.declared.version) {
                let hint = key.name == "applied" ? ": say it in list" : ""
                report(key.location, "\(quoted(key.name)) is of the answer to get, and there is none\(hint)")
            }
        }
        var request: VerifiedRequest?
        if let url = keys.get {
            let made = auditRequest(url, keys, names)
            if !(url.variables + made.headers.flatMap(\.value.variables)).contains(where: { $0.base == .writeID }) {
                report(keys.location, "the read does not name ${write.id}: every write would be found, or none")
            }
            request = made
        } else if keys.has(\.get) {
            return nil
        }
        var read = AuditRead(request: request)
        if let node = keys.found {
            guard let found = check(node, .constant, ofMessage: false, isTimed: false) else { return nil }
            read.found = found
        }
        read.applied = keys.applied
        read.version = keys.version
        read.authentication = auditAuthentication(keys, names)
        if let node = keys.list {
            guard let list = auditList(node, keys, names) else { return nil }
            read.list = list
        }
        return read
    }

    private func auditRequest(
        _ url: Text, _ keys: KeyValues<AuditReadKeys>, _ names: DrillNames
    ) -> VerifiedRequest {
        var request = VerifiedRequest(url: url)
        request.headers = keys.headers ?? []
        request.timeout = keys.timeout ?? names.defaults.timeout
        return request
    }

    private func auditList(
        _ node: SourceNode, _ read: KeyValues<AuditReadKeys>, _ names: DrillNames
    ) -> AuditList? {
        var scope = Scope.constant
        scope.hasCursor = true
        guard let keys = self.read(node, AuditListKeys.self, KeyContext(scope: scope, defaults: names.defaults)),
            let url = keys.get, let items = keys.items
        else { return nil }
        let namesCursor = url.variables.contains { $0.base == .cursor }
        if keys.has(\.next), !namesCursor {
            report(
                keys.location(of: \.next), "the list's get does not name ${cursor}: every page would be the first one")
        }
        if namesCursor, !keys.has(\.next) {
            report(keys.location(of: \.get), "${cursor} needs \"next\": where a page says where the next one begins")
        }
        var list = AuditList(request: auditRequest(url, read, names), items: items)
        if let header = list.request.headers.first(where: { $0.value.variables.contains { $0.base == .writeID } }) {
            report(
                read.location(of: \.headers),
                "the header field \(header.name) names ${write.id}, and a list is of all writes")
        }
        list.id = keys.id
        list.applied = keys.applied
        list.next = keys.next
        list.isExclusive = keys.exclusive ?? false
        return list
    }

    /// How reads prove who sends them: what they say, else what the defaults say. No iteration is there to fill places in.
    private func auditAuthentication(_ keys: KeyValues<AuditReadKeys>, _ names: DrillNames) -> Authentication? {
        let headers = keys.headers ?? []
        for header in names.defaults.headers where header.value.constant == nil {
            guard !headers.contains(where: { $0.name.lowercased() == header.name.lowercased() }) else { continue }
            warn(
                keys.location,
                "the audit's reads go without the header field \(header.name) of defaults.http.headers: only an iteration "
                    + "knows its value")
        }
        var authentication = names.defaults.http.authentication
        if let own = keys.auth {
            guard case .keys(let ways) = own else { return nil }
            authentication = self.authentication(ways, names.defaults.transport)
            if Self.setsAuthorization(headers) {
                report(keys.location(of: \.auth), "auth can't stand beside the header field Authorization")
            }
        }
        // A field of the read's own replaces what the defaults say.
        if Self.setsAuthorization(headers) { return nil }
        let isOwn = keys.has(\.auth)
        let location = isOwn ? keys.location(of: \.auth) : keys.location
        let hint = isOwn ? "" : " (defaults.http.auth is another: say auth in the read, or none)"
        switch authentication {
        case .digest, .aws:
            report(location, "the audit's reads take auth by basic or bearer\(hint)")
            return nil
        case .basic, .bearer, nil: break
        }
        if authentication?.texts.contains(where: { $0.constant == nil }) ?? false {
            report(
                location,
                "of auth only an iteration knows all, and the audit's reads belong to none: say auth in the read, or none"
            )
        }
        return authentication
    }

    /// `json $.path`
    fileprivate func jsonPath(_ node: SourceNode) -> JSONPath? {
        value(node, "expected json and a path, such as json $.version") { text throws(GrammarError) in
            var cursor = Cursor(text)
            cursor.skipSpaces()
            guard cursor.take(word: "json") else {
                throw GrammarError(
                    offset: 0, message: "expected json and a path, such as json $.version, found \(quoted(text))")
            }
            cursor.skipSpaces()
            let path = try JSONPath.parse(&cursor)
            cursor.skipSpaces()
            let offset = cursor.offset
            guard cursor.isAtEnd else { throw GrammarError(offset: offset, message: "expected the end after the path") }
            return path
        }
    }
}

extension KeyForm where Value == JSONPath {
    /// `json $.path`
    static var jsonPath: KeyForm {
        KeyForm(.pattern("\\s*json\\s+\\$.*")) { reading, node, _ in reading.jsonPath(node) }
    }
}

extension Step {
    /// True where the request carries `${write.id}`.
    var namesWrite: Bool {
        let variables = url.variables + headers.flatMap(\.value.variables) + (body?.variables ?? [])
        return variables.contains { $0.base == .writeID }
    }
}
