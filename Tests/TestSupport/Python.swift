internal import Foundation

/// The Python that has what tests need from PyPI.
public enum Python {
    /// One that imports a module: the one that `scripts/setup test` made, or the one on the path.
    public static func path(importing module: String) throws -> String {
        let own = Binary.package.appendingPathComponent(".build-tools/python/bin/python3").path
        for python in [own, "python3"] {
            if try Binary.shell("'\(python)' -c 'import \(module)' 2>/dev/null").code == 0 { return python }
        }
        throw TestFailure("\(module) is not installed: make setup")
    }
}
