/// A program for the system's Python that `RebindingTests` runs in a network namespace of its own.
enum RebindingProgram {
    /// Takes its cases from `cases.json` and prints what came of them.
    static let text = #"""
        """Runs commands in a network namespace of their own whose resolver changes its mind, and tells where they connected to."""
        import http.server, json, os, socket, subprocess, sys, threading, time

        HOME, AWAY = "127.0.0.1", "203.0.113.7"


        class Resolver(threading.Thread):
            """DNS on 127.0.0.1:53: the name leads home for the first `turn` lookups, and elsewhere from then on."""

            def __init__(self):
                super().__init__(daemon=True)
                self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                self.socket.bind((HOME, 53))
                self.reset(1)

            def reset(self, turn):
                self.turn, self.asked, self.strays = turn, 0, []

            def run(self):
                while True:
                    query, client = self.socket.recvfrom(4096)
                    end, labels = 12, []
                    while query[end]:
                        labels.append(query[end + 1 : end + 1 + query[end]].decode())
                        end += 1 + query[end]
                    kind = int.from_bytes(query[end + 1 : end + 3], "big")
                    addresses = []
                    if labels != ["rebind", "test"]:
                        self.strays.append(".".join(labels))
                    elif kind == 1:
                        self.asked += 1
                        addresses = [AWAY] if self.asked > self.turn else [HOME]
                    answer = query[:2] + b"\x84\x00" + query[4:6] + len(addresses).to_bytes(2, "big") + b"\0\0\0\0"
                    answer += query[12 : end + 5]
                    for address in addresses:
                        # The name at offset 12, an address, kept for no time.
                        answer += b"\xc0\x0c\0\x01\0\x01\0\0\0\0\0\x04" + socket.inet_aton(address)
                    self.socket.sendto(answer, client)


        class Capture(threading.Thread):
            """Counts what is sent to the other address, whatever it is."""

            def __init__(self):
                super().__init__(daemon=True)
                self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
                self.seen = 0

            def run(self):
                while True:
                    packet, origin = self.socket.recvfrom(65535)
                    # Outgoing ones: on loopback each packet comes by twice.
                    if origin[1] == 0x0800 and origin[2] == socket.PACKET_OUTGOING and packet[16:20] == socket.inet_aton(AWAY):
                        self.seen += 1


        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.server.local.append(self.connection.getsockname()[0])
                self.send_response(302 if self.path == "/away" else 200)
                if self.path == "/away":
                    self.send_header("Location", "http://rebind.test:%d/" % self.server.server_port)
                self.send_header("Content-Length", "1")
                self.end_headers()
                self.wfile.write(b"5")

            def log_message(self, *arguments):
                pass


        def main():
            subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
            subprocess.run(["ip", "address", "add", AWAY + "/32", "dev", "lo"], check=True)
            for path, text in [("/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n"),
                               ("/etc/nsswitch.conf", "hosts: files dns\n")]:
                own = os.path.join(os.getcwd(), os.path.basename(path))
                with open(own, "w") as file:
                    file.write(text)
                subprocess.run(["mount", "--bind", own, path], check=True)
            resolver, capture = Resolver(), Capture()
            resolver.start()
            capture.start()
            server = http.server.ThreadingHTTPServer(("0.0.0.0", 0), Handler)
            server.daemon_threads, server.local = True, []
            threading.Thread(target=server.serve_forever, daemon=True).start()
            results = []
            for case in json.load(open("cases.json")):
                for turn in case["turns"]:
                    resolver.reset(turn)
                    server.local, capture.seen = [], 0
                    with open("scenario.yaml", "w") as file:
                        file.write(case["scenario"].replace("PORT", str(server.server_port)))
                    command = [a.replace("PORT", str(server.server_port)) for a in case["command"]]
                    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
                    time.sleep(0.02)
                    results.append({
                        "name": case["name"], "turn": turn, "code": ended.returncode, "asked": resolver.asked,
                        "home": server.local.count(HOME), "elsewhere": len(server.local) - server.local.count(HOME),
                        "packets": capture.seen, "text": ended.stdout[-3000:] + ended.stderr[-2000:], "strays": resolver.strays,
                    })
            # What would have been seen: one connection.
            capture.seen = 0
            socket.create_connection((AWAY, server.server_port)).close()
            deadline = time.monotonic() + 5
            while capture.seen == 0 and time.monotonic() < deadline:
                time.sleep(0.01)
            print(json.dumps({"results": results, "control": capture.seen}))


        main()
        """#
}
