import NIOCore

/// The counters in the Prometheus text format, version 0.0.4.
struct MetricsText {
    let values: CounterValues
    let regions: [Regions.Health]
    let cacheEntries: Int
    let cacheBytes: Int
    let cacheEvictions: Int
    let rateLimitClients: Int
    let projectsForgotten: Int
    let connections: Int
    /// nil: there is no pool.
    let pool: PoolUsage?

    /// Appends all metrics.
    func write(to buffer: inout ByteBuffer) {
        begin("paintbox_responses_total", "counter", "Answers by region and status class.", &buffer)
        for region in Region.all + [.edge] {
            for kind in 1...5 {
                let labels = "{region=\"\(region.name)\",class=\"\(kind)xx\"}"
                line("paintbox_responses_total" + labels, values.responses[region.index][kind - 1], &buffer)
            }
        }
        begin("paintbox_region_requests_total", "counter", "Requests handed to a region.", &buffer)
        for region in Region.all {
            let requests = values.regionRequests[region.index]
            line("paintbox_region_requests_total{region=\"\(region.name)\"}", requests, &buffer)
        }
        begin("paintbox_region_healthy", "gauge", "1 if the region's last health check was good.", &buffer)
        for region in Region.all {
            let isRouted = regions[region.index].isRouted
            line("paintbox_region_healthy{region=\"\(region.name)\"}", isRouted ? 1 : 0, &buffer)
        }
        for metric in plain + pooled {
            begin(metric.name, metric.kind, metric.help, &buffer)
            line(metric.name, metric.value, &buffer)
        }
    }

    private var plain: [(name: String, kind: String, help: String, value: Int)] {
        [
            ("origin_requests_total", "counter", "Requests for assets that reached a region.", values.originRequests),
            ("paintbox_cache_hits_total", "counter", "Assets the edge answered from its cache.", values.cacheHits),
            ("paintbox_cache_misses_total", "counter", "Assets that were not in the cache.", values.cacheMisses),
            ("paintbox_cache_expired_total", "counter", "Assets too old in the cache.", values.cacheExpired),
            ("paintbox_cache_bypassed_total", "counter", "Assets the client wanted again.", values.cacheBypassed),
            ("paintbox_cache_evictions_total", "counter", "Entries that made room.", cacheEvictions),
            ("paintbox_cache_entries", "gauge", "Entries in the cache.", cacheEntries),
            ("paintbox_cache_bytes", "gauge", "Bytes in the cache.", cacheBytes),
            ("paintbox_rate_limited_total", "counter", "Requests answered with 429.", values.rateLimited),
            ("paintbox_rate_limit_clients", "gauge", "Clients the limiter remembers.", rateLimitClients),
            ("paintbox_dropped_total", "counter", "Requests dropped by a fault.", values.dropped),
            ("paintbox_connections", "gauge", "Open connections of the main port.", connections),
            ("paintbox_websocket_connections", "gauge", "Open WebSockets.", values.webSocketsOpen),
            ("paintbox_websocket_opened_total", "counter", "WebSockets opened.", values.webSocketsOpened),
            ("paintbox_websocket_messages_total", "counter", "Messages received.", values.webSocketMessages),
            ("paintbox_websocket_slow_total", "counter", "WebSockets that did not read.", values.webSocketsTooSlow),
            ("paintbox_projects_forgotten_total", "counter", "Projects that made room.", projectsForgotten),
        ]
    }

    private var pooled: [(name: String, kind: String, help: String, value: Int)] {
        guard let pool else { return [] }
        return [
            ("paintbox_pool_sessions", "gauge", "Sessions of the database's pool that are open.", pool.open),
            ("paintbox_pool_active", "gauge", "Sessions at work.", pool.active),
            ("paintbox_pool_waiting", "gauge", "Queries that wait for a session.", pool.waiting),
            ("paintbox_pool_queries_total", "counter", "Queries done.", pool.done),
        ]
    }

    private func begin(_ name: String, _ kind: String, _ help: String, _ buffer: inout ByteBuffer) {
        buffer.writeString("# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n")
    }

    private func line(_ name: String, _ value: Int, _ buffer: inout ByteBuffer) {
        buffer.writeString("\(name) \(value)\n")
    }
}
