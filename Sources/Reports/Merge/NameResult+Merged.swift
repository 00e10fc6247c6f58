extension NameResult {
    /// Adds what another process learnt of the same name. Its first changes stay those of the first process.
    mutating func add(_ other: NameResult) {
        ttl = [ttl, other.ttl].compactMap(\.self).min()
        lookUps += other.lookUps
        failures += other.failures
        failure = failure ?? other.failure
        refused += other.refused
        leftOut = [leftOut, other.leftOut].compactMap(\.self).max()
        changed = max(changed, other.changed)
        changes = changes ?? other.changes
        for address in other.addresses {
            guard let index = addresses.firstIndex(where: { $0.address == address.address }) else {
                addresses.append(address)
                continue
            }
            if let more = address.exchanges { addresses[index].exchanges = (addresses[index].exchanges ?? 0) + more }
            if let more = address.failed { addresses[index].failed = (addresses[index].failed ?? 0) + more }
        }
    }
}
