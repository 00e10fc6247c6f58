public import NameServer

extension NameServer: NameControl {
    /// The addresses of a name; nil: it is not known.
    public func addresses(of name: String) -> [String]? {
        let known: [String]
        do {
            known = try addresses(of: name) as [String]
        } catch {
            return nil
        }
        return known
    }
}
