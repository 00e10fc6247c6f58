import Foundation

/// A scenario file and the files that it names, by their paths below one folder, so that relative paths lead from one to the
/// other wherever that folder is mounted.
struct ScenarioPack {
    /// A file, with what it holds.
    struct File {
        var path: String
        var bytes: [UInt8]
    }

    /// The scenario's own path below the folder.
    let scenario: String
    /// All files, the scenario first.
    let files: [File]

    /// What a ConfigMap takes: 1 MiB (its validation, `MaxSecretSize`).
    static let maximumBytes = 1 << 20

    /// Reads the files of a job.
    ///
    /// - Throws: `UnusableRunSetting` where they are too much for a ConfigMap, or named by paths that start at the root.
    init(_ job: FleetJob) throws {
        let folder = (job.file as NSString).deletingLastPathComponent
        let paths = [job.file] + job.inputs.files.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
        var root = Self.parts(folder)
        for path in paths {
            let parts = Self.parts((path as NSString).deletingLastPathComponent)
            root = Array(zip(root, parts).prefix { $0 == $1 }.map(\.0))
        }
        let depth = root.count
        func below(_ path: String) -> String { Self.parts(path).dropFirst(depth).joined(separator: "/") }
        scenario = below(job.file)
        var size = 0
        var files: [File] = []
        for (index, path) in paths.enumerated() {
            guard let data = FileManager.default.contents(atPath: path) else {
                throw UnusableRunSetting(description: "\(path) can't be read any more")
            }
            size += data.count
            let name = below(path)
            if index == 0 || !files.contains(where: { $0.path == name }) {
                files.append(File(path: name, bytes: Array(data)))
            }
        }
        guard size <= Self.maximumBytes else {
            throw UnusableRunSetting(
                description:
                    "the scenario and the \(paths.count - 1) files that it names have \(size) bytes, a ConfigMap takes "
                    + "\(Self.maximumBytes): put them on the volume (or in the image), and say where they are there with --mounted PATH"
            )
        }
        self.files = files
    }

    private static func parts(_ path: String) -> [String] {
        path.split(separator: "/").map(String.init)
    }
}
