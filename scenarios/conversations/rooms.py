"""A service of rooms, by python-socketio: what socket-io.yaml runs against."""

import asyncio

import socketio
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

# Pings come so often that a run of seconds sees some; whoever doesn't answer is disconnected.
server = socketio.AsyncServer(async_mode="asgi", ping_interval=0.4, ping_timeout=0.4)


@server.on("price")
async def price(sid, data):
    return {"total": data["area"] * 13}


@server.on("reverse")
async def reverse(sid, data):
    await server.emit("reversed", bytes(reversed(data)), to=sid)


@server.on("join")
async def join(sid, room):
    # Asks the client something, and waits for its answer.
    answered = asyncio.get_running_loop().create_future()
    await server.emit("who", room, to=sid, callback=lambda name: answered.set_result(name))
    await server.emit("joined", await asyncio.wait_for(answered, 5), to=sid)


async def health(request) -> PlainTextResponse:
    return PlainTextResponse("ok")


app = Starlette(routes=[Route("/health", health), Mount("/", socketio.ASGIApp(server))])
