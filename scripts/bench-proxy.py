"""The server and the measurements of scripts/bench-proxy."""
import http.client
import json
import os
import select
import socket
import statistics
import sys
import time

SIZE = 1024
EXCHANGES = 20_000


def serve(port):
    """Sends back all that comes."""
    listener = socket.create_server(("127.0.0.1", port), backlog=4096)
    listener.setblocking(False)
    poll = select.epoll()
    poll.register(listener, select.EPOLLIN)
    peers = {}
    while True:
        for number, _ in poll.poll():
            if number == listener.fileno():
                try:
                    while True:
                        peer = listener.accept()[0]
                        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                        peers[peer.fileno()] = peer
                        poll.register(peer, select.EPOLLIN)
                except BlockingIOError:
                    continue
            try:
                data = peers[number].recv(65_536)
                if data:
                    peers[number].sendall(data)
                    continue
            except OSError:
                pass
            poll.unregister(number)
            peers.pop(number).close()


def connect(port):
    peer = socket.create_connection(("127.0.0.1", port))
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return peer


def exchange(peer, data):
    peer.sendall(data)
    left = len(data)
    while left:
        left -= len(peer.recv(left))


def cpu(process):
    """Seconds of processor time that a process has used."""
    fields = open(f"/proc/{process}/schedstat").read().split()
    total = 0
    for task in os.listdir(f"/proc/{process}/task"):
        total += int(open(f"/proc/{process}/task/{task}/schedstat").read().split()[0])
    return max(total, int(fields[0])) / 1e9


def run(port, process=None):
    """The median exchange and the processor time of one, in microseconds."""
    peer, data = connect(port), b"x" * SIZE
    for _ in range(500):
        exchange(peer, data)
    before = cpu(process) if process else 0
    times = []
    for _ in range(EXCHANGES):
        begin = time.perf_counter_ns()
        exchange(peer, data)
        times.append(time.perf_counter_ns() - begin)
    used = cpu(process) - before if process else 0
    peer.close()
    return statistics.median(times) / 1e3, used / EXCHANGES * 1e6


def run_many(port, process):
    """The processor time of an exchange where 64 connections have one at a time each, in microseconds."""
    peers, data = [connect(port) for _ in range(64)], b"x" * SIZE
    for peer in peers:
        exchange(peer, data)
    before, rounds = cpu(process), EXCHANGES // len(peers)
    for _ in range(rounds):
        for peer in peers:
            peer.sendall(data)
        for peer in peers:
            left = SIZE
            while left:
                left -= len(peer.recv(left))
    used = cpu(process) - before
    for peer in peers:
        peer.close()
    return used / rounds / len(peers) * 1e6


def ask(port, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request(method, path, json.dumps(body) if body else None)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status < 300, (method, path, answer.status)


def measure(pairs, direct, proxy, proxy_process, haproxy, haproxy_process, api):
    print(f"{SIZE} bytes each way, {EXCHANGES} exchanges a run; µs added to the median exchange, and µs of CPU time of one")
    ratios = []
    for number in range(pairs):
        base, _ = run(direct)
        order = [(proxy, proxy_process), (haproxy, haproxy_process)]
        if number % 2:
            order.reverse()
        found = {port: run(port, process) for port, process in order}
        (ours, our_cpu), (theirs, their_cpu) = found[proxy], found[haproxy]
        ratios.append((ours - base, our_cpu, our_cpu / their_cpu))
        print(f"  pair {number + 1}: loadgate +{ours - base:.1f}, {our_cpu:.1f} CPU; "
              f"haproxy +{theirs - base:.1f}, {their_cpu:.1f} CPU; ratio of CPU {our_cpu / their_cpu:.2f}")
    added, used, ratio = (statistics.median(values) for values in zip(*ratios))
    print(f"median: +{added:.1f} µs (bound 100), {used:.1f} µs of CPU (bound 15), {ratio:.2f} of HAProxy's CPU")

    ours, theirs = [], []
    for _ in range(pairs):
        ours.append(run_many(proxy, proxy_process))
        theirs.append(run_many(haproxy, haproxy_process))
    ratio = statistics.median(one / other for one, other in zip(ours, theirs))
    print(f"64 connections: {statistics.median(ours):.1f} µs of CPU an exchange, haproxy {statistics.median(theirs):.1f}; "
          f"ratio of the pairs {ratio:.2f}")

    ask(api, "POST", "/proxies/p/toxics", {"type": "latency", "attributes": {"latency": 50}})
    peer, times = connect(proxy), []
    for _ in range(100):
        begin = time.perf_counter_ns()
        exchange(peer, b"x")
        times.append((time.perf_counter_ns() - begin) / 1e6)
    times.sort()
    print(f"latency 50 ms: {times[0]:.2f} to {times[-1]:.2f} ms, median {times[50]:.2f}, 95 of 100 below {times[94]:.2f}")
    ask(api, "POST", "/reset")

    for rate in (100, 1_000, 20_000):
        ask(api, "POST", "/proxies/p/toxics", {"type": "bandwidth", "attributes": {"rate": rate}})
        peer, count = connect(proxy), rate * 2_000
        begin, sent, left, data = time.perf_counter(), 0, count, b"x" * 65_536
        peer.setblocking(False)
        while left:
            reading, writing, _ = select.select([peer], [peer] if sent < count else [], [])
            if writing:
                try:
                    sent += peer.send(data[:count - sent])
                except BlockingIOError:
                    pass
            if reading:
                left -= len(peer.recv(65_536))
        took = time.perf_counter() - begin
        print(f"bandwidth {rate} KB/s: {count / took / 1_000:.1f} KB/s ({(count / took / 1_000 / rate - 1) * 100:+.2f} %)")
        peer.close()
        ask(api, "POST", "/reset")

    peers = [connect(proxy) for _ in range(5_000)]
    for peer in peers:
        exchange(peer, b"x" * SIZE)
    memory = [line for line in open(f"/proc/{proxy_process}/status") if line.startswith("VmRSS")][0].split()[1]
    print(f"5,000 connections open, an exchange on each: {int(memory) / 1024:.0f} MiB resident")


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(int(sys.argv[2]))
    else:
        measure(*(int(word) for word in sys.argv[2:]))
