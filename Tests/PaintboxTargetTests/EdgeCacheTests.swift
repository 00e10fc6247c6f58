import NIOCore
import Testing

@testable import PaintboxTarget

@Suite("A table that knows its least recently used entry")
struct LRUTableTests {
    @Test("gives entries up in the order of their last use")
    func order() {
        var table = LRUTable<String, Int>()
        for (value, key) in ["a", "b", "c"].enumerated() { table.insert(value, for: key) }
        #expect(table.value(for: "a") == 0)
        #expect(table.insert(7, for: "b") == 1)
        // c was not used since, then a, then b.
        #expect(["c", "a", "b"].allSatisfy { table.removeOldest()?.key == $0 })
        #expect(table.removeOldest() == nil)
        #expect(table.count == 0)
    }

    @Test("uses the places of removed entries again")
    func reuse() {
        var table = LRUTable<Int, Int>()
        for number in 0..<1000 {
            table.insert(number, for: number)
            if number >= 10 { table.remove(number - 5) }
        }
        table.update(3, default: 0) { $0 += 100 }
        table.update(5000, default: 1) { $0 += 1 }
        #expect(table.value(for: 3) == 103)
        #expect(table.value(for: 5000) == 2)
        // 0 to 4 and 995 to 999 were never removed, and 5000 came.
        #expect(table.count == 11)
    }

    @Test("agrees with a plain model over random operations")
    func model() {
        var random = SplitMix64(seed: 7)
        var table = LRUTable<Int, Int>()
        var model: [(key: Int, value: Int)] = []
        for step in 0..<5000 {
            let key = random.below(20)
            let index = model.firstIndex { $0.key == key }
            switch random.below(4) {
            case 0:
                if let index { model.remove(at: index) }
                model.append((key, step))
                table.insert(step, for: key)
            case 1:
                if let index { model.append(model.remove(at: index)) }
                #expect(table.value(for: key) == (index == nil ? nil : model.last?.value))
            case 2:
                if let index { model.remove(at: index) }
                table.remove(key)
            default:
                #expect(table.removeOldest()?.key == model.first?.key)
                if !model.isEmpty { model.removeFirst() }
            }
            #expect(table.count == model.count)
            #expect(table.oldest?.key == model.first?.key)
        }
    }
}

@Suite("The edge's cache")
struct EdgeCacheTests {
    private func instant(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(seconds) }

    private func entry(_ size: Int, at seconds: Int64 = 0, maxAge: Int64 = 60) -> EdgeCache.Entry {
        EdgeCache.Entry(
            contentType: "text/css", cacheControl: "public", entityTag: "\"t\"",
            body: ByteBuffer(repeating: 0x20, count: size), stored: instant(seconds), maxAge: maxAge)
    }

    private func state(_ cache: inout EdgeCache, _ url: String, at seconds: Int64) -> String {
        switch cache.lookup(url, at: instant(seconds)) {
        case .fresh(let entry): "fresh \(entry.age(at: instant(seconds)))"
        case .stale: "stale"
        case .missing: "missing"
        }
    }

    @Test("keeps an answer until it is max-age old")
    func freshness() {
        var cache = EdgeCache(maxEntries: 10, maxBytes: 10_000)
        #expect(state(&cache, "/a", at: 0) == "missing")
        #expect(cache.store(entry(10, at: 5), for: "/a") == true)
        #expect(state(&cache, "/a", at: 64) == "fresh 59")
        #expect(state(&cache, "/a", at: 65) == "stale")
        #expect(cache.store(entry(10, at: 65), for: "/a") == true)
        #expect(state(&cache, "/a", at: 65) == "fresh 0")
    }

    @Test("gives up what was used least recently when there are too many")
    func entries() {
        var cache = EdgeCache(maxEntries: 2, maxBytes: 10_000)
        #expect(cache.store(entry(1), for: "/a") == true)
        #expect(cache.store(entry(1), for: "/b") == true)
        #expect(state(&cache, "/a", at: 1) == "fresh 1")
        #expect(cache.store(entry(1), for: "/c") == true)
        #expect(state(&cache, "/b", at: 1) == "missing")
        #expect(state(&cache, "/a", at: 1) == "fresh 1")
        #expect(cache.evictions == 1)
    }

    @Test("gives up as much as needed when the bytes are too many")
    func bytes() {
        // An entry takes its body, its URL of 2 bytes and an overhead of 256: 742 + 258 = 1,000.
        var cache = EdgeCache(maxEntries: 10, maxBytes: 2500)
        #expect(cache.store(entry(742), for: "/a") == true)
        #expect(cache.store(entry(742), for: "/b") == true)
        #expect(cache.bytes == 2000)
        #expect(cache.store(entry(1742), for: "/c") == true)
        // 2,000 + 2,000 > 2,500 until both are gone.
        #expect(cache.bytes == 2000)
        #expect(cache.count == 1)
        #expect(cache.store(entry(2500), for: "/d") == false)
        #expect(cache.count == 1)
    }

    @Test("forgets a purged URL and leaves its neighbour")
    func purge() {
        var cache = EdgeCache(maxEntries: 10, maxBytes: 10_000)
        #expect(cache.store(entry(1), for: "/a") == true)
        #expect(cache.store(entry(1), for: "/b") == true)
        #expect(cache.purge("/a") == true)
        #expect(cache.purge("/a") == false)
        #expect(state(&cache, "/b", at: 0) == "fresh 0")
        #expect(cache.purgeAll() == 1)
        #expect(cache.bytes == 0)
    }

    @Test("says what it did in Cache-Status and CF-Cache-Status")
    func status() {
        func text(_ status: CacheStatus) -> [String] { status.fields.map { $0.value } }
        #expect(text(.hit(ttl: 59)) == ["paintbox-edge; hit; ttl=59", "HIT"])
        #expect(text(.forwarded(.miss, stored: true)) == ["paintbox-edge; fwd=uri-miss; stored", "MISS"])
        #expect(text(.forwarded(.stale, stored: true)) == ["paintbox-edge; fwd=stale; stored", "EXPIRED"])
        #expect(text(.forwarded(.request, stored: false)) == ["paintbox-edge; fwd=request", "BYPASS"])
    }

    @Test(
        "knows an entity tag in a list, weak or any",
        arguments: [
            ("\"t\"", true), ("W/\"t\"", true), ("\"x\", \"t\"", true), ("*", true), ("\"x\"", false), ("t", false),
            ("", false),
        ])
    func entityTags(_ list: String, _ expected: Bool) {
        #expect(EntityTags([list]).contains("\"t\"") == expected)
    }
}
