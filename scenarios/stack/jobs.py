#!/usr/bin/env python3
"""A server of jobs: POST /jobs answers 202 with a Location, where the job's state can be asked for until it is done.

So many workers take jobs in turn. When a job is done is reckoned as it comes in, not slept, so the log is exact.

  jobs.py --port 8086 [--workers 4] [--mean 400] [--lose N] [--log FILE]

The log has a line a job: its number, and the milliseconds from the end of its submission to the end of the job.
"""
import argparse
import asyncio
import json
import random

options = argparse.ArgumentParser()
options.add_argument("--port", type=int, default=8086, help="0: any free one; it is printed")
options.add_argument("--workers", type=int, default=4)
options.add_argument("--mean", type=float, default=400, help="milliseconds of a job, from half to half as much again")
options.add_argument("--lose", type=int, default=0, help="of so many jobs the last is never done; 0: all are")
options.add_argument("--log", help="the file that gets the jobs")
options = options.parse_args()

free = [0.0] * options.workers
jobs = []
log = open(options.log, "w", encoding="utf-8") if options.log else None
random.seed(1)


def submit(now):
    """Takes a job in; its number."""
    worker = min(range(len(free)), key=free.__getitem__)
    begin = max(now, free[worker])
    free[worker] = begin + options.mean / 1000 * random.uniform(0.5, 1.5)
    number = len(jobs) + 1
    lost = options.lose and number % options.lose == 0
    jobs.append((begin, float("inf") if lost else free[worker]))
    if log and not lost:
        print(number, round((free[worker] - now) * 1000, 3), file=log, flush=True)
    return number


def state(number, now):
    begin, end = jobs[number - 1]
    return "done" if now >= end else "running" if now >= begin else "queued"


def answer(method, path, now):
    """Status, header fields and what the body says."""
    if method == "POST" and path == "/jobs":
        number = submit(now)
        return "202 Accepted", f"Location: /jobs/{number}\r\n", {"job": number, "state": state(number, now)}
    parts = path.split("/")
    if method == "GET" and len(parts) > 2 and parts[1] == "jobs" and parts[2].isdigit() and 0 < int(parts[2]) <= len(jobs):
        now_state = state(int(parts[2]), now)
        if parts[3:] == ["file"]:
            return ("200 OK" if now_state == "done" else "409 Conflict"), "", {"file": parts[2]}
        return "200 OK", "", {"job": int(parts[2]), "state": now_state}
    if (method, path) in [("POST", "/cart"), ("POST", "/pay")] or method == "GET" and path.startswith("/items"):
        return "200 OK", "", {"path": path}
    return "404 Not Found", "", {"error": "not found"}


class Connection(asyncio.Protocol):
    """HTTP/1.1 with kept connections; requests have no body."""

    def connection_made(self, transport):
        self.transport, self.text, self.loop = transport, b"", asyncio.get_running_loop()

    def data_received(self, data):
        self.text += data
        while b"\r\n\r\n" in self.text:
            head, self.text = self.text.split(b"\r\n\r\n", 1)
            method, path = head.split(b" ", 2)[:2]
            status, fields, body = answer(method.decode(), path.decode(), self.loop.time())
            text = json.dumps(body)
            head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{fields}Content-Length: {len(text)}\r\n\r\n"
            self.transport.write((head + text).encode())


async def serve():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", options.port, backlog=4096)
    print(f"listening on http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


try:
    asyncio.run(serve())
except KeyboardInterrupt:
    pass
