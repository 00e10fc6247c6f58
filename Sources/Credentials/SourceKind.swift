/// What sort of file a text is, by its path: it decides what may be a value.
struct SourceKind: Sendable, Equatable {
    /// How a value without quotes ends.
    enum Bare: Sendable {
        /// There is none: what stands without quotes is an expression.
        case none
        /// At a blank.
        case word
        /// At the end of the line, or at a comment.
        case line
    }

    /// The ways in which certain files hold passwords, beyond name and value.
    enum Form: Sendable {
        case none
        case dotenv
        case dockerfile
        case yaml
        case sql
        case netrc
        case pgpass
        /// PgBouncer's `auth_file`.
        case userlist
        /// The key of Rails' credentials: the whole file.
        case masterKey
        /// Digests and names of packages, made by a tool: only what has a shape of its own is looked for.
        case lock
    }

    var bare: Bare
    var form: Form
    /// True for files that hold settings rather than a program.
    var isSetting: Bool

    /// True where a password of 32 hexadecimal digits is rather its digest: in programs, SQL and data.
    var holdsDigests = false

    /// The sort of the file at the path.
    init(path: String) {
        let name = path.split(separator: "/").last.map { $0.lowercased() } ?? ""
        let ending = name.split(separator: ".", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        (bare, form, isSetting) = Self.byName(name) ?? Self.byEnding(ending) ?? (.word, .none, false)
        if name == "master.key" || ending == "key" && path.contains("config/credentials/") { form = .masterKey }
        holdsDigests = !isSetting || ["sql", "json", "xml", "csv", "tsv", "ipynb"].contains(ending)
    }

    private static func byName(_ name: String) -> (Bare, Form, Bool)? {
        if Self.locks.contains(name) { return (.none, .lock, false) }
        if name == ".env" || name.hasPrefix(".env.") || name.hasSuffix(".env") || name == ".envrc" {
            return (.line, .dotenv, true)
        }
        if name.hasPrefix("dockerfile") || name.hasPrefix("containerfile") || name.hasSuffix(".dockerfile") {
            return (.word, .dockerfile, true)
        }
        switch name {
        case ".netrc", "_netrc", ".authinfo": return (.word, .netrc, true)
        case ".pgpass", "pgpass.conf": return (.none, .pgpass, true)
        case "userlist.txt": return (.none, .userlist, true)
        case ".npmrc", ".yarnrc", ".pypirc", ".my.cnf", ".s3cfg", ".boto", "credentials", "config", ".gitconfig",
            ".git-credentials":
            return (.line, .none, true)
        case "makefile", "justfile", "procfile", "jenkinsfile", "vagrantfile": return (.word, .none, true)
        default: return nil
        }
    }

    private static func byEnding(_ ending: String) -> (Bare, Form, Bool)? {
        switch ending {
        case "yaml", "yml": return (.line, .yaml, true)
        case "properties", "ini", "cfg", "conf", "cnf", "toml", "service", "config", "desktop", "prefs", "inf", "reg":
            return (.line, .none, true)
        case "tfvars", "tf", "hcl", "json", "jsonc", "json5", "tfstate", "ipynb", "xml", "plist", "csv", "tsv":
            return (.none, .none, true)
        case "sh", "bash", "zsh", "fish", "ps1", "bat", "cmd", "mk": return (.word, .none, true)
        case "sql": return (.none, .sql, true)
        case "lock", "sum": return (.none, .lock, false)
        default: return programs.contains(ending) ? (.none, .none, false) : nil
        }
    }

    private static let locks: Set<String> = [
        "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "package.resolved", "go.sum",
        "packages.lock.json",
        "gradle.lockfile",
    ]
    private static let programs: Set<String> = [
        "swift", "js", "mjs", "cjs", "ts", "mts", "jsx", "tsx", "py", "pyi", "rb", "go", "rs", "java", "kt", "kts",
        "scala",
        "groovy", "gradle", "cs", "fs", "vb", "c", "h", "cc", "cpp", "hpp", "m", "mm", "php", "pl", "pm", "lua", "dart",
        "ex", "exs", "erl", "clj", "hs", "ml", "r", "jl", "vue", "svelte", "css", "scss", "html", "htm", "svg", "map",
        "zig", "nim", "elm", "cls", "trigger", "proto", "graphql",
    ]
}
