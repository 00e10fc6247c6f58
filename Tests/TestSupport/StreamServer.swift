import Foundation

/// A server that streams events by software that is in use, and writes down when it gave out each of them.
public final class StreamServer {
    /// What streams.
    public enum Kind: String, CaseIterable, Sendable {
        /// Server-Sent Events by sse-starlette on uvicorn.
        case starlette
        /// JSON lines by FastAPI's StreamingResponse on uvicorn.
        case fastapi
        /// Server-Sent Events by aiohttp-sse.
        case aiohttp

        fileprivate var module: String {
            switch self {
            case .starlette: "sse_starlette, uvicorn"
            case .fastapi: "fastapi, uvicorn"
            case .aiohttp: "aiohttp_sse"
            }
        }
    }

    private let server: ServerProcess

    /// Starts one whose streams have `count` events, each `gap` seconds after the one before.
    public init(_ kind: Kind, count: Int, gap: Double) throws {
        let python = try Python.path(importing: kind.module)
        server = try ServerProcess(python, ports: 1, within: 30) { _, _ in
            ["server.py": Self.program]
        } arguments: { ports, folder in
            ["server.py", kind.rawValue, "\(ports[0])", "\(count)", "\(gap)", "\(folder)/log"]
        }
    }

    /// Its port on 127.0.0.1.
    public var port: Int { server.ports[0] }
    /// `http://127.0.0.1:port`
    public var url: String { "http://127.0.0.1:\(port)" }

    /// The times between two events of a stream as the server gave them out, in milliseconds, shortest first.
    public func gaps() throws -> [Double] {
        let log = try String(contentsOfFile: "\(server.folderPath)/log", encoding: .utf8)
        var last: [Substring: Double] = [:]
        var gaps: [Double] = []
        for line in log.split(separator: "\n") {
            let parts = line.split(separator: " ")
            guard parts.count == 2, let now = Double(parts[1]) else { continue }
            if let before = last[parts[0]] { gaps.append((now - before) / 1_000_000) }
            last[parts[0]] = now
        }
        return gaps.sorted()
    }

    private static let program = """
        import asyncio, itertools, json, sys, time

        kind, port, count, gap = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
        log = open(sys.argv[5], "a", buffering=1)
        numbers = itertools.count()

        async def events():
            stream = next(numbers)
            for number in range(count):
                await asyncio.sleep(gap)
                log.write(f"{stream} {time.monotonic_ns()}\\n")
                yield json.dumps({"n": number, "text": "ü" * 20})

        if kind == "aiohttp":
            from aiohttp import web
            from aiohttp_sse import sse_response

            async def answer(request):
                async with sse_response(request) as response:
                    async for event in events():
                        await response.send(event, event="token")
                return response

            app = web.Application()
            app.router.add_get("/", answer)
            web.run_app(app, host="127.0.0.1", port=port, print=None)
        else:
            import uvicorn

            if kind == "starlette":
                from starlette.applications import Starlette
                from starlette.routing import Route
                from sse_starlette.sse import EventSourceResponse

                async def answer(request):
                    return EventSourceResponse({"event": "token", "data": event} async for event in events())

                app = Starlette(routes=[Route("/", answer)])
            else:
                from fastapi import FastAPI
                from fastapi.responses import StreamingResponse

                app = FastAPI()

                @app.get("/")
                async def answer():
                    return StreamingResponse((event + "\\n" async for event in events()), media_type="application/x-ndjson")

            uvicorn.run(app, host="127.0.0.1", port=port, log_level="critical")
        """
}
