"""What `make bench`, `make accuracy` and `make instructions` share: servers, and pages that hold what was measured."""
import datetime
import os
import pathlib
import platform
import re
import socket
import subprocess
import sys
import time

# Servers lie where a user's path may not lead.
os.environ["PATH"] += ":/usr/sbin:/sbin"


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def start(command, port, **options):
    """Starts a server and waits until it listens."""
    server = subprocess.Popen([str(each) for each in command], **options)
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return server
        if server.poll() is not None:
            break
        time.sleep(0.05)
    stop(server)
    sys.exit(f"{pathlib.Path(sys.argv[0]).name}: {command[0]} doesn't listen")


def stop(server):
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(5)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def make_certificate(work):
    """server.pem, which is its own authority, and server.key."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-keyout", work / "server.key", "-out", work / "server.pem", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, stderr=subprocess.DEVNULL)


def version(command, pattern):
    run = subprocess.run(command, capture_output=True, text=True)
    match = re.search(pattern, run.stdout + run.stderr)
    return match.group(1) if match else "?"


def surroundings(others):
    """A line that says on what was measured, when, and with which versions: pairs of a name and a version."""
    model = "?"
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    memory = re.search(r"MemTotal: *(\d+)", open("/proc/meminfo").read())
    parts = [
        f"{datetime.date.today().isoformat()}: {os.cpu_count()} processors ({model})",
        f"{int(memory.group(1)) / 1048576:.0f} GiB" if memory else "",
        f"Linux {platform.release()}", *[f"{name} {number}" for name, number in others],
        f"load of the machine before: {os.getloadavg()[0]:.1f}",
    ]
    return ", ".join(each for each in parts if each) + "."


def write_between(page, name, text):
    """Replaces what stands between `<!-- name -->` and `<!-- /name -->` on a page."""
    path = pathlib.Path(page)
    old = path.read_text()
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.S)
    if not pattern.search(old):
        sys.exit(f"{page} has no place for {name}")
    path.write_text(pattern.sub(lambda match: match.group(1) + text.rstrip() + "\n" + match.group(2), old))


def median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
