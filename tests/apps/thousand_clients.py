#!/usr/bin/env python3
"""1,000 clients at once at `handfast serve` and at the chat; clients that stall in mid-handshake are dropped meanwhile.

Prints the figures; fails when a client is lost, or when a stalled one stays or costs the others anything.
"""

import asyncio
import resource
import socket
import ssl
import sys
import time

from tool import Files, Server

CLIENTS = 1000
STALLED = 100
ROOM_SIZE = 20
HANDSHAKE_LIMIT = 5  # seconds
HALF_A_HELLO = bytes.fromhex("16030100c8010000c40303")  # the header promises more


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] * 1000


def client_context(files):
    context = ssl.create_default_context(cafile=files / "ca.pem")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(files / "alice.pem", files / "alice.key")
    return context


async def connect(port, context):
    start = time.monotonic()
    streams = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname="localhost",
                                            ssl_handshake_timeout=60)
    return *streams, time.monotonic() - start


async def stall(port):
    """Half a ClientHello, then silence; how long until the server ends it."""
    loop = asyncio.get_running_loop()
    link = socket.socket()
    link.setblocking(False)
    await loop.sock_connect(link, ("127.0.0.1", port))
    await loop.sock_sendall(link, HALF_A_HELLO)
    start = time.monotonic()
    received = b""
    while piece := await loop.sock_recv(link, 4096):
        received += piece
    link.close()
    return time.monotonic() - start, received


async def echo(reader, writer, text):
    start = time.monotonic()
    writer.write(text)
    assert await reader.readexactly(len(text)) == text
    return time.monotonic() - start


async def close(writer):
    writer.close()
    try:
        await writer.wait_closed()
    except (ConnectionError, ssl.SSLError):
        pass


async def try_serve(files):
    options = ["serve", *files.pair("server"), "--client-ca", files / "ca.pem", "--handshake-timeout", HANDSHAKE_LIMIT]
    with Server(*options) as server:
        context = client_context(files)
        before = server.resident_kib()
        stalled = [asyncio.create_task(stall(server.port)) for _ in range(STALLED)]
        start = time.monotonic()
        links = await asyncio.gather(*(connect(server.port, context) for _ in range(CLIENTS)))
        took = time.monotonic() - start
        held = server.resident_kib() - before
        cpu = server.cpu_seconds()
        latencies = await asyncio.gather(*(echo(r, w, b"hello %d\n" % i) for i, (r, w, _) in enumerate(links)))
        dropped = await asyncio.gather(*stalled)
        again = await asyncio.gather(*(echo(r, w, b"still here\n") for r, w, _ in links))
        await asyncio.gather(*(close(w) for _, w, _ in links))
    failed = [line for line in server.log if "failed" in line]
    print(f"serve: {CLIENTS} clients (mutual TLS) connected at once in {took:.2f} s, server CPU {cpu * 1e6 / CLIENTS:.0f} us each; "
          f"{held / CLIENTS:.1f} KiB each; echo of all at once: p50 {percentile(latencies, .5):.1f} "
          f"p99 {percentile(latencies, .99):.1f} ms")
    times = [t for t, _ in dropped]
    print(f"serve: {STALLED} stalled handshakes dropped after {min(times):.2f} to {max(times):.2f} s "
          f"(limit {HANDSHAKE_LIMIT} s); the others echo on")
    assert len(again) == CLIENTS and server.process.returncode == 0
    assert len(failed) == STALLED, failed[:3]
    assert all(HANDSHAKE_LIMIT - 0.5 < t < HANDSHAKE_LIMIT + 10 for t in times), times
    assert all(data[:1] in (b"", b"\x15") for _, data in dropped)


async def register(reader, writer, nick, room):
    writer.write(f"NICK {nick}\r\nUSER {nick} 0 * :{nick}\r\nJOIN {room}\r\n".encode())
    while b" 366 " not in await reader.readline():
        pass


async def hear(reader, count):
    """Reads until so many messages have come from the room."""
    heard = 0
    while heard < count:
        line = await reader.readline()
        assert line, "the server closed the connection"
        heard += b" PRIVMSG #" in line
    return time.monotonic()


async def try_chat(files):
    with Server("chat", "serve", *files.pair("server"), "--client-ca", files / "ca.pem",
                "--handshake-timeout", HANDSHAKE_LIMIT, "--connections-per-account", CLIENTS) as server:
        context = client_context(files)
        before = server.resident_kib()
        stalled = [asyncio.create_task(stall(server.port)) for _ in range(STALLED)]
        start = time.monotonic()
        links = await asyncio.gather(*(connect(server.port, context) for _ in range(CLIENTS)))
        connected = time.monotonic() - start
        rooms = [f"#room{i // ROOM_SIZE}" for i in range(CLIENTS)]
        await asyncio.gather(*(register(r, w, f"n{i}", rooms[i]) for i, (r, w, _) in enumerate(links)))
        joined = time.monotonic() - start
        held = server.resident_kib() - before
        said = time.monotonic()
        for i, (_, writer, _) in enumerate(links):
            writer.write(f"PRIVMSG {rooms[i]} :hello from {i}\r\n".encode())
        ends = await asyncio.gather(*(hear(r, ROOM_SIZE - 1) for r, _, _ in links))
        dropped = await asyncio.gather(*stalled)
        await asyncio.gather(*(close(w) for _, w, _ in links))
    deliveries = CLIENTS * (ROOM_SIZE - 1)
    print(f"chat: {CLIENTS} members connected at once in {connected:.2f} s, all in {CLIENTS // ROOM_SIZE} rooms after "
          f"{joined:.2f} s; {held / CLIENTS:.1f} KiB each; {deliveries} deliveries in {max(ends) - said:.2f} s, none lost; "
          f"{len(dropped)} stalled handshakes dropped")
    assert server.process.returncode == 0
    assert all(t < HANDSHAKE_LIMIT + 15 for t, _ in dropped)


def main():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    files = Files()
    try:
        asyncio.run(try_serve(files))
        asyncio.run(try_chat(files))
    finally:
        files.remove()


if __name__ == "__main__":
    sys.exit(main())
