import Foundation
import Reports

/// A search for a capacity that lies in a folder.
struct RecordedSearch {
    /// Its result.
    var result: RunResult

    /// The search in a folder, or of a `result.json`; nil where it holds something else.
    ///
    /// - Throws: `UnusableResult` where a search is one of several folders.
    init?(_ paths: [String]) throws {
        for path in paths {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { continue }
            // What is damaged is told by whoever reads it as a run.
            guard let result = try? ResultFile.read(isFolder.boolValue ? path + "/result.json" : path),
                result.capacity != nil
            else { continue }
            guard paths.count == 1 else {
                throw UnusableResult("\(path) is a search for a capacity, not a run: give it alone")
            }
            self.result = result
            return
        }
        return nil
    }
}
