/// What the page brings along to be styled and run, and nothing else is: its content policy names both by their digests.
enum InlineAsset: CaseIterable {
    case style, script

    /// The text.
    var text: String {
        switch self {
        case .style: Stylesheet.text
        case .script: Script.text
        }
    }

    /// The SHA-256 of the text in Base64. A test computes it again; after a change it tells the new one.
    var digest: String {
        switch self {
        case .style: "1Cm6Y55me38mB2JcooUGuJfLv+9GHWC4FUWQNpgBPwQ="
        case .script: "79Y2i70BXAsehHULFCTPJqy//nxP4fDEW7QT/wfb7Js="
        }
    }

    /// The page's content policy (Content Security Policy Level 3).
    static var policy: String {
        "default-src 'none'; style-src 'sha256-\(style.digest)'; script-src 'sha256-\(script.digest)'; "
            + "img-src data:; base-uri 'none'; form-action 'none'"
    }
}
