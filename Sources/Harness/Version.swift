/// Loadgate's own version.
public enum Version {
    /// As results and `--version` show it.
    public static let text = "0.1.0"
}
