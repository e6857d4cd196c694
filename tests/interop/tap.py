"""A relay between a client and a server that reads the headers of the TLS records that pass."""
import select
import socket
import struct
import threading

ALERT = 21
FATAL = 2


class Tap:
    """Listens on a free port of 127.0.0.1, relays one connection to `target`, keeps the alerts that it could read."""

    def __init__(self, target):
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.alerts = []   # ("C>S" or "S>C", level, number); those under encryption are not among them
        self._done = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        try:
            client, _ = self._listener.accept()
            with client, socket.create_connection(("127.0.0.1", self._target)) as server:
                self._relay(client, server)
        except OSError:
            pass
        finally:
            self._done.set()

    def _relay(self, client, server):
        """In one thread: a socket that another thread reads could not be reset."""
        others = {client: (server, "C>S", RecordReader()), server: (client, "S>C", RecordReader())}
        while others:
            for source in select.select(list(others), [], [])[0]:
                target, direction, records = others[source]
                try:
                    data = source.recv(65536)
                    self.alerts += [(direction, *alert) for alert in records.alerts(data)]
                    target.sendall(data)
                    if not data:
                        del others[source]
                        target.shutdown(socket.SHUT_WR)
                except ConnectionResetError:
                    reset(target)
                    return
                except OSError:  # the target is gone; what the source still says goes nowhere
                    others.pop(source, None)

    def close(self):
        self._listener.close()

    def fatal_alerts(self, timeout=10):
        """What was said in the clear, once both sides are done: ["S>C 40", ...]."""
        self._done.wait(timeout)
        return [f"{direction} {number}" for direction, level, number in list(self.alerts) if level == FATAL]


class RecordReader:
    """Cuts one direction's bytes into records."""

    def __init__(self):
        self._rest = b""

    def alerts(self, data):
        self._rest += data
        while len(self._rest) >= 5:
            content_type, length = self._rest[0], struct.unpack(">H", self._rest[3:5])[0]
            if len(self._rest) < 5 + length:
                return
            fragment, self._rest = self._rest[5:5 + length], self._rest[5 + length:]
            if content_type == ALERT and length == 2:   # an encrypted one is longer, or in application_data
                yield fragment[0], fragment[1]


def reset(connection):
    """Makes the next close of this socket a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
