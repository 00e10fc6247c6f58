"""A server of streams: a report that is calculated (Server-Sent Events), an export (JSON lines), and a model's answer, which
streams tokens to a POST. Python's standard library is all it needs: streams.py PORT."""
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Without it the kernel holds small events back until earlier ones are acknowledged.
    disable_nagle_algorithm = True

    def begin(self, kind):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def send(self, text):
        data = text.encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def end(self):
        self.wfile.write(b"0\r\n\r\n")

    def do_GET(self):
        if self.path == "/health":
            self.send_response(204)
            self.end_headers()
        elif self.path == "/api/v1/report/stream":
            self.begin("text/event-stream")
            for part in range(1, 6):
                time.sleep(0.05)
                self.send("event: progress\nid: %d\ndata: %s\n\n" % (part, json.dumps({"done": part * 20})))
            self.send(": almost there\n\nevent: done\ndata: %s\n\n" % json.dumps({"total": 123.5}))
            self.end()
        elif self.path == "/api/v1/export":
            self.begin("application/x-ndjson")
            for row in range(10):
                time.sleep(0.01)
                self.send(json.dumps({"row": row}) + "\n")
            self.end()
        else:
            self.send_error(404)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        self.begin("text/event-stream; charset=utf-8")
        # Thinking, then a token at a time.
        time.sleep(0.1)
        for token in body.get("prompt", "").split():
            self.send("data: %s\n\n" % json.dumps({"choices": [{"delta": {"content": token}, "finish_reason": None}]}))
            time.sleep(0.02)
        self.send("data: %s\n\n" % json.dumps({"choices": [{"delta": {}, "finish_reason": "stop"}]}))
        self.send("data: [DONE]\n\n")
        self.end()

    def log_message(self, *_):
        pass


ThreadingHTTPServer.request_queue_size = 1024
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
