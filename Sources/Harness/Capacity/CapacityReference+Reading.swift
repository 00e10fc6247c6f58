import Baselines
import Foundation
import Reports

extension CapacityReference {
    /// Reads what a capacity is held against: a search's folder, its `result.json`, or a baseline's file.
    ///
    /// - Throws: `UnusableReference` where it has no capacity; `FileFailure`, `ResultFile.Malformed`, `BaselineFile.Unreadable` or
    ///   `BaselineFile.Invalid` where it can't be read.
    public static func read(_ path: String) throws -> CapacityReference {
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        let result: RunResult
        if isThere, isFolder.boolValue {
            result = try ResultFile.read(path + "/result.json")
        } else if let read = try? ResultFile.read(path) {
            result = read
        } else {
            guard let record = try BaselineFile.read(path).capacity else {
                throw UnusableReference(
                    description: "\(path) has no capacity: loadgate baseline record FILE --capacity records one")
            }
            return CapacityReference(record, name: path)
        }
        guard result.capacity != nil else {
            throw UnusableReference(description: "\(path) is the result of a run, not of loadgate capacity")
        }
        return CapacityReference(result, name: path)
    }
}

/// Something that has no capacity to compare with.
public struct UnusableReference: Error, Equatable, Sendable, CustomStringConvertible {
    /// What it is instead.
    public var description: String
}

/// A comparison that was asked for and can't be: another machine, another load, other objectives.
public struct Incomparable: Error, Equatable, Sendable, CustomStringConvertible {
    /// What differs.
    public var description: String
}
