#!/usr/bin/env python3
"""A server whose capacity is known: so many workers, each busy for so long with a request, and one queue before them.

4 workers of 10 ms answer 400 requests a second, and no more. Every request takes its turn, also one whose client is gone. Time is
reckoned, not slept: a worker is free again at the exact instant, however late this process wakes up.

  workers.py --port 8085 [--workers 4] [--service 10] [--exponential] [--refuse-after MS] [--collapse-after MS] [--leak N]
"""
import argparse
import asyncio
import random

options = argparse.ArgumentParser()
options.add_argument("--port", type=int, default=8085, help="0: any free one; it is printed")
options.add_argument("--workers", type=int, default=4)
options.add_argument("--service", type=float, default=10, help="milliseconds that a request takes a worker")
options.add_argument("--exponential", action="store_true", help="this is the mean, and times are exponential")
options.add_argument("--refuse-after", type=float, help="503 for what would wait for more milliseconds")
options.add_argument("--collapse-after", type=float, help="three times as slow while more milliseconds are waited for")
options.add_argument("--leak", type=float, default=0, help="after so many requests each takes twice as long; 0: never")
options = options.parse_args()

free = [0.0] * options.workers
answered = 0
random.seed(1)


def turn(now):
    """When the request that came now will be done; None: it is refused."""
    global answered
    worker = min(range(len(free)), key=free.__getitem__)
    begin = max(now, free[worker])
    waited = (begin - now) * 1000
    if options.refuse_after is not None and waited > options.refuse_after:
        return None
    answered += 1
    length = options.service / 1000
    if options.exponential:
        length *= random.expovariate(1)
    if options.leak:
        length *= 1 + answered / options.leak
    if options.collapse_after is not None and waited > options.collapse_after:
        length *= 3
    free[worker] = begin + length
    return free[worker]


class Connection(asyncio.Protocol):
    """HTTP/1.1 with kept connections; requests have no body."""

    def connection_made(self, transport):
        self.transport, self.text, self.loop = transport, b"", asyncio.get_running_loop()

    def data_received(self, data):
        self.text += data
        while b"\r\n\r\n" in self.text:
            self.text = self.text.split(b"\r\n\r\n", 1)[1]
            now = self.loop.time()
            end = turn(now)
            if end is None:
                self.answer("503 Service Unavailable", "busy\n")
            else:
                self.loop.call_at(end, self.answer, "200 OK", "done\n")

    def answer(self, status, body):
        if not self.transport.is_closing():
            self.transport.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())


async def serve():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", options.port, backlog=4096)
    print(f"listening on http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


try:
    asyncio.run(serve())
except KeyboardInterrupt:
    pass
