import NIOHTTP1

/// The resources, found by path. Numbers are taken only in their plain form (no sign, no leading zero), so that each
/// resource has one path.
enum Route: Equatable {
    case home
    case old
    case health
    case asset(Int)
    case projects
    case project(Int)
    case estimates(project: Int)
    case calculate
    case orders
    case order(String)
    case socket(project: Int?)

    init?(_ path: Substring) {
        switch path {
        case "/": self = .home
        case "/old": self = .old
        case "/health": self = .health
        case "/api/v1/projects": self = .projects
        case "/api/v1/calculate": self = .calculate
        case "/api/v1/orders": self = .orders
        case "/ws": self = .socket(project: nil)
        default:
            guard let route = Self.numbered(path) else { return nil }
            self = route
        }
    }

    private static func numbered(_ path: Substring) -> Route? {
        if let rest = path.dropPrefix("/static/asset-") {
            guard rest.hasSuffix(".css"), let number = plainNumber(rest.dropLast(4)), Assets.numbers.contains(number)
            else { return nil }
            return .asset(number)
        }
        if let rest = path.dropPrefix("/api/v1/projects/") {
            if rest.hasSuffix("/estimates") {
                return plainNumber(rest.dropLast("/estimates".count)).map { .estimates(project: $0) }
            }
            return plainNumber(rest).map { .project($0) }
        }
        if let id = path.dropPrefix("/api/v1/orders/") {
            return OrderDesk.isID(id) ? .order(String(id)) : nil
        }
        if let rest = path.dropPrefix("/ws/projects/") {
            return plainNumber(rest).map { .socket(project: $0) }
        }
        return nil
    }

    private static func plainNumber(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) else {
            return nil
        }
        guard text.utf8.count == 1 || text.utf8.first != UInt8(ascii: "0") else { return nil }
        return Int(text)
    }

    /// Methods that the resource knows, OPTIONS apart.
    var methods: [HTTPMethod] {
        switch self {
        case .home, .old, .health, .asset, .project, .order, .socket: [.GET, .HEAD]
        case .projects, .estimates, .orders: [.GET, .HEAD, .POST]
        case .calculate: [.POST]
        }
    }
}

extension Substring {
    /// The rest after `prefix`; nil if the text begins otherwise.
    func dropPrefix(_ prefix: String) -> Substring? {
        hasPrefix(prefix) ? self[index(startIndex, offsetBy: prefix.count)...] : nil
    }
}
