/// What shows that a fault took effect, seen from outside.
public enum EffectCheck: Sendable, Equatable {
    /// `tcp host:port refused`: a connection is refused.
    case refused(host: String, port: Int)
    /// `tcp host:port silent`: a connection is not answered within a second, neither accepted nor refused.
    case silent(host: String, port: Int)
    /// `http URL failing`: a GET isn't answered with 2xx within two seconds.
    case failing(url: ConstantURL)
    /// A command exits with 0.
    case command([Text])
}
