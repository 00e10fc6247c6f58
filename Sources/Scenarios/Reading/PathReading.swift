extension Reading {
    /// The path of a file that is opened later, relative ones from the scenario's folder; a file that can't be read is
    /// a problem now.
    func readableFile(_ node: SourceNode) -> String? {
        guard let text = constant(node, "a path"), let given = text.constant else { return nil }
        let path = SourceFile.path(given, in: folder)
        do throws(SourceFile.Unreadable) {
            // The empty path would be the folder; a C function would see a path up to its NUL.
            if given.isEmpty || given.utf8.contains(0) { throw SourceFile.Unreadable(reason: "no such file") }
            try SourceFile.check(path)
            noteFile(path)
            return path
        } catch {
            report(node.location, "the file \(quoted(text.shown)) can't be read: \(error.reason)")
            return nil
        }
    }

    /// The path of a Unix socket, relative ones from the scenario's folder; it need not be there yet.
    func socketPath(_ node: SourceNode) -> String? {
        guard let text = constant(node, "a path"), let given = text.constant else { return nil }
        let path = SourceFile.path(given, in: folder)
        // sockaddr_un has 108 bytes for the path and the NUL behind it (unix(7)).
        guard !given.isEmpty, !path.utf8.contains(0), path.utf8.count <= 107 else {
            report(node.location, "expected the path of a Unix socket, of 1 to 107 bytes")
            return nil
        }
        return path
    }
}

extension KeyForm where Value == String {
    /// The path of a file that can be read.
    static var readableFile: KeyForm { KeyForm(.text) { reading, node, _ in reading.readableFile(node) } }

    /// The path of a Unix socket.
    static var socketPath: KeyForm { KeyForm(.text) { reading, node, _ in reading.socketPath(node) } }
}
