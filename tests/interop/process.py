"""Child processes whose output is read line by line or byte by byte, and which never outlive the test."""
import atexit
import os
import re
import signal
import subprocess
import threading
import time

PATIENCE = float(os.environ.get("HANDFAST_PATIENCE", "60"))  # seconds for anything that a peer is waited for

_alive = set()
_alive_lock = threading.Lock()


class PeerFailed(Exception):
    """What a process said or did not say; the message is for the person that reads the test's output."""


class Stream:
    """Everything that came out of one pipe so far; readers wait for what they need."""

    def __init__(self, pipe):
        self._data = bytearray()
        self._ended = False
        self._changed = threading.Condition()
        threading.Thread(target=self._collect, args=(pipe,), daemon=True).start()

    def _collect(self, pipe):
        while chunk := os.read(pipe.fileno(), 65536):
            with self._changed:
                self._data += chunk
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        pipe.close()

    def _wait(self, find, what, timeout):
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                found = find()
                if found is not None:
                    return found
                if self._ended:
                    raise PeerFailed(f"the output ended before {what}: {self.text()[-800:]!r}")
                if not self._changed.wait(deadline - time.monotonic()):
                    raise PeerFailed(f"waited {timeout:.0f} s for {what}: {self.text()[-800:]!r}")

    def match(self, pattern, timeout=PATIENCE, start=0):
        """The first match of the pattern in what came out."""
        expression = re.compile(pattern.encode(), re.MULTILINE)
        return self._wait(lambda: expression.search(self._data, start), f"/{pattern}/", timeout)

    def wait_for(self, find, what, timeout=PATIENCE):
        """What `find` makes of the bytes that came out, once that is not None."""
        return self._wait(lambda: find(bytes(self._data)), what, timeout)

    def exactly(self, size, timeout=PATIENCE):
        return self._wait(lambda: bytes(self._data[:size]) if len(self._data) >= size else None,
                          f"{size} bytes (has {len(self._data)})", timeout)

    def wait_end(self, timeout=PATIENCE):
        deadline = time.monotonic() + timeout
        with self._changed:
            while not self._ended:
                if not self._changed.wait(deadline - time.monotonic()):
                    raise PeerFailed(f"the output did not end: {self.text()[-800:]!r}")

    def text(self):
        return bytes(self._data).decode(errors="replace")

    def size(self):
        return len(self._data)


class Process:
    """One child in a process group of its own."""

    def __init__(self, arguments, environment=None, merge=False, directory=None):
        self.arguments = [str(argument) for argument in arguments]
        self._child = subprocess.Popen(
            self.arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=directory,
            stderr=subprocess.STDOUT if merge else subprocess.PIPE, start_new_session=True,
            env={**os.environ, **(environment or {})})
        with _alive_lock:
            _alive.add(self)
        self.output = Stream(self._child.stdout)
        self.errors = self.output if merge else Stream(self._child.stderr)

    def send(self, data):
        """Writes in the background, so that the caller can read what comes back meanwhile."""
        threading.Thread(target=self._write, args=(data,), daemon=True).start()

    def _write(self, data):
        try:
            self._child.stdin.write(data)
            self._child.stdin.flush()
        except (BrokenPipeError, ValueError, OSError):
            pass  # it ended; whoever waits for its output learns that

    def write_line(self, text):
        self._write(text.encode() + b"\n")

    def close_input(self):
        try:
            self._child.stdin.close()
        except OSError:
            pass

    def wait(self, timeout=PATIENCE):
        """The exit code, once all output has been read."""
        try:
            code = self._child.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise PeerFailed(f"{self} did not end in {timeout:.0f} s: {self.said()}") from None
        self.output.wait_end()
        self.errors.wait_end()
        with _alive_lock:
            _alive.discard(self)
        return code

    def port(self, pattern):
        """The port that it says it listens on; ends it when it does not say so."""
        try:
            return int(self.output.match(pattern, 15)[1])
        except PeerFailed:
            self.kill()
            raise

    def signal(self, number):
        self._child.send_signal(number)

    def has_ended(self):
        return self._child.poll() is not None

    def terminate(self, timeout=5):
        """Asks it to end, then makes it end."""
        if self._child.poll() is None:
            self._child.terminate()
            try:
                self._child.wait(timeout)
            except subprocess.TimeoutExpired:
                pass
        self.kill()

    def kill(self):
        with _alive_lock:
            _alive.discard(self)
        try:
            os.killpg(self._child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._child.wait()

    def said(self):
        text = self.output.text()[-1200:]
        if self.errors is not self.output:
            text += " | " + self.errors.text()[-1200:]
        return text

    def __str__(self):
        return " ".join(self.arguments)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()


def kill_all():
    with _alive_lock:
        processes = list(_alive)
    for process in processes:
        process.kill()


def run(*arguments, data=b"", timeout=PATIENCE, environment=None, check=True):
    """Runs a command to its end; returns what it printed."""
    done = subprocess.run([str(argument) for argument in arguments], input=data, capture_output=True, timeout=timeout,
                          env={**os.environ, **(environment or {})}, check=False)
    if check and done.returncode != 0:
        raise PeerFailed(f"{' '.join(map(str, arguments))}: exit {done.returncode}: {done.stderr.decode()[-800:]}")
    return done.stdout.decode(errors="replace")


atexit.register(kill_all)
for _number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(_number, lambda number, _: (kill_all(), os._exit(128 + number)))
