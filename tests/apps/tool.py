"""The tool as a process, for the tests beside this file: started, waited for, cleaned up."""

import os
import re
import subprocess
import tempfile
import threading
from pathlib import Path

TOOL = os.environ.get("HANDFAST_TOOL", "build/release/bin/handfast")
LIMIT = 60  # seconds that anything may take


def run(*arguments, stdin=b"", **options):
    """Runs the tool to its end; a CompletedProcess with bytes."""
    return subprocess.run([TOOL, *map(str, arguments)], input=stdin, capture_output=True, timeout=LIMIT, **options)


class Files:
    """A folder with an authority, a server's certificate, alice's, bob's, and a stranger from another authority."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="handfast-test-")
        self.make("ca", "--name", "Test CA", "--out", self / "ca")
        self.make("server", "--ca", self / "ca", "--dns", "localhost", "--ip", "127.0.0.1", "--out", self / "server")
        for name in ("alice", "bob"):
            self.make("client", "--ca", self / "ca", "--name", name, "--out", self / name)
        self.make("client", "--ca", self / "ca", "--name", "no legal nick", "--out", self / "odd")
        self.make("ca", "--name", "Other CA", "--out", self / "other")
        self.make("client", "--ca", self / "other", "--name", "mallory", "--out", self / "mallory")

    def __truediv__(self, name):
        return str(Path(self.folder.name) / name)

    def make(self, *arguments):
        made = run("cert", *arguments)
        assert made.returncode == 0, made.stderr.decode()

    def pair(self, name):
        return ["--cert", self / f"{name}.pem", "--key", self / f"{name}.key"]

    def remove(self):
        self.folder.cleanup()


class Server:
    """`handfast serve` or `chat serve` on a free port; `with` ends it."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [TOOL, *map(str, arguments), "--listen", "127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        line = self.process.stdout.readline()
        found = re.fullmatch(r"listening on 127\.0\.0\.1:(\d+)\n", line)
        if not found:
            self.process.kill()
            raise AssertionError(f"no 'listening on' line: {line!r} {self.process.stderr.read()}")
        self.port = int(found.group(1))
        self.address = f"localhost:{self.port}"
        self.log = []
        self.logged = threading.Condition()
        self.reader = threading.Thread(target=self.read_log, daemon=True)
        self.reader.start()

    def read_log(self):
        """The server writes no further than its log is read."""
        for line in self.process.stdout:
            with self.logged:
                self.log.append(line)
                self.logged.notify_all()

    def wait_for(self, text):
        """The first log line that holds the text."""
        def find():
            return next((line for line in self.log if text in line), None)
        with self.logged:
            if not self.logged.wait_for(find, LIMIT):
                raise AssertionError(f"{text!r} is not in the log: {self.log}")
            return find()

    def signal(self, number):
        self.process.send_signal(number)

    def end(self):
        """Asks it to stop, and returns its exit code; the whole log is there then."""
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(LIMIT)
        self.reader.join(LIMIT)
        self.errors = self.process.stderr.read()
        self.process.stdout.close()
        self.process.stderr.close()
        return self.process.returncode

    def resident_kib(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1))

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if not self.process.stdout.closed:
            self.end()
