#!/usr/bin/env python3
"""Clients that drop their connections at random points, by the thousand, at `handfast serve` and at the chat.

Each says as many bytes of a mutual handshake, a request and an end as a dice allows, and is gone: in good order, by a reset, or after
having stood there for a while beside others. Then the server must have as many descriptors open as before, hold as much memory, and
still serve. 10,000 connections at `serve`, and 2,000 at the chat, with HANDFAST_FULL=1 as many. The seed is printed; HANDFAST_SEED sets
it.
"""

import os
import random
import socket
import ssl
import struct
import sys
import time
from pathlib import Path

APPS = Path(__file__).resolve().parent.parent / "apps"
sys.path.insert(0, str(APPS))
from tool import Files, Server  # noqa: E402

WARM_UP = 1000
AT_SERVE = 10000
AT_CHAT = AT_SERVE if os.environ.get("HANDFAST_FULL") else 2000
STANDING = 40          # connections that stay open beside the others for a while
MOST_BYTES = 2200      # a whole handshake with a client's certificate, and some data
GROWTH = 1024          # KiB that the resident memory may have grown by: an arena of the allocator, not a connection's 100 bytes
LIMIT = 60             # seconds


class Client:
    """One connection that says at most so many bytes."""

    def __init__(self, port, context, text, may_say):
        self.link = socket.create_connection(("127.0.0.1", port), timeout=LIMIT)
        self.text, self.may_say = text, may_say
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_hostname="localhost")

    def say(self):
        """Sends what there is; False when its bytes are used up."""
        data = self.outgoing.read()[:self.may_say]
        self.may_say -= len(data)
        self.link.sendall(data)
        return self.may_say > 0

    def hear(self):
        data = self.link.recv(65536)
        if not data:
            raise ConnectionError("the server has gone")
        self.incoming.write(data)

    def live(self):
        """As much of a connection's life as its bytes allow."""
        while True:
            try:
                self.tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                if not self.say():
                    return
                self.hear()
        self.tls.write(self.text)
        if not self.say():
            return
        self.hear()   # the answer, or the tickets
        try:
            self.tls.unwrap()
        except ssl.SSLError:
            self.say()

    def drop(self, resets):
        if resets:
            self.link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.link.close()


def drop_many(count, dice, port, context, text):
    standing = []
    for _ in range(count):
        client = Client(port, context, text, dice.randrange(MOST_BYTES))
        try:
            client.live()
        except (ConnectionError, ssl.SSLError) as error:
            raise AssertionError(f"a connection failed: {error}") from error
        standing.append(client)
        if len(standing) > STANDING:
            standing.pop(dice.randrange(len(standing))).drop(dice.random() < 0.5)
    for client in standing:
        client.drop(dice.random() < 0.5)


def descriptors(process):
    return len(os.listdir(f"/proc/{process.pid}/fd"))


def settled(process, most):
    """The number of descriptors once it is not above `most`, or after the time limit."""
    end = time.monotonic() + LIMIT
    while descriptors(process) > most and time.monotonic() < end:
        time.sleep(0.01)
    return descriptors(process)


def check(name, server, count, dice, context, text):
    with server:
        at_rest = descriptors(server.process)
        drop_many(WARM_UP, dice, server.port, context, text)
        assert settled(server.process, at_rest) <= at_rest, f"{name}: descriptors stay open after the warm-up"
        before = server.resident_kib()
        start = time.monotonic()
        drop_many(count, dice, server.port, context, text)
        seconds = time.monotonic() - start
        open_now = settled(server.process, at_rest)
        after = server.resident_kib()
        print(f"{name}: {count} connections dropped in {seconds:.1f} s; descriptors {at_rest} before, {open_now} after; "
              f"resident {before} KiB before, {after} KiB after")
        assert open_now <= at_rest, f"{name}: {open_now - at_rest} descriptors stay open"
        assert after - before <= GROWTH, f"{name}: {after - before} KiB stay"
        Client(server.port, context, text, 10 * MOST_BYTES).live()   # it still serves
        assert server.process.poll() is None, f"{name}: the server is gone"


def main():
    seed = int(os.environ.get("HANDFAST_SEED", random.randrange(2**32)))
    print(f"seed {seed}", flush=True)
    dice = random.Random(seed)
    files = Files()
    try:
        context = ssl.create_default_context(cafile=files / "ca.pem")
        context.load_cert_chain(files / "alice.pem", files / "alice.key")
        mutual = [*files.pair("server"), "--client-ca", files / "ca.pem"]
        request = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
        check("serve", Server("serve", *mutual, "--mode", "http"), AT_SERVE, dice, context, request)
        check("chat serve", Server("chat", "serve", *mutual), AT_CHAT, dice, context, b"NICK alice\r\nUSER alice 0 * :alice\r\n")
    finally:
        files.remove()


if __name__ == "__main__":
    main()
