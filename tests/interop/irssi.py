#!/usr/bin/env python3
"""The chat with the clients that people use: irssi, in a terminal of tmux, and WeeChat talk in a room with a member of
`handfast chat join`; clients without a certificate and with one of another authority are refused, and the server's log
says why.

    irssi.py --handfast build/release/bin/handfast --work build/release/interop
"""
import argparse
import os
import re
import sys
import tempfile
import time

from certificates import Workshop
from peers import SKIPPED, missing_programs
from process import PeerFailed, Process, Stream, kill_all, run

ROOM = "#lounge"
FAREWELL = "That is all"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--handfast", required=True)
    parser.add_argument("--work", default="interop-work")
    options = parser.parse_args()
    options.work = os.path.abspath(options.work)
    if missing := missing_programs("openssl", "irssi", "tmux", "weechat-headless"):
        print(missing)
        return SKIPPED
    os.makedirs(options.work, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="chat-", dir=options.work) as directory:
        chat = Chat(os.path.abspath(options.handfast), directory)
        try:
            return run_all(chat)
        finally:
            chat.clean_up()
            kill_all()


def run_all(chat):
    failed = 0
    for check in (irssi_talks, irssi_without_certificate, irssi_of_another_authority, weechat_talks):
        title, start = check.__doc__.strip(), time.monotonic()
        try:
            check(chat)
        except PeerFailed as failure:
            failed += 1
            print(f"FAILED  {title}\n  {failure}\n  the server's log: {chat.server.said()}")
            continue
        print(f"ok      {title} ({time.monotonic() - start:.1f} s)")
    return 1 if failed else 0


def irssi_talks(chat):
    """irssi with a client certificate talks in a room with a line-mode member"""
    with chat.member("alice") as alice:
        alice.output.match(r"(?i)alice")
        irssi = chat.irssi("bob")
        irssi.type(irssi.connect(chat, certificate=chat.pairs["bob"]))
        irssi.shows(r"Welcome|Your host is")
        irssi.type(f"/join {ROOM}")
        irssi.shows(rf"Irssi: {ROOM}|\[{ROOM}\]|{ROOM}.*Total of")
        alice.output.match(r"bob.*(joined|joins|has come)|-->.*bob")
        irssi.type("good morning from irssi")
        alice.output.match(r"good morning from irssi")
        alice.write_line("good morning from the line mode")
        irssi.shows(r"alice.*good morning from the line mode")
        irssi.type("/window goto 1")
        irssi.type("/whois alice")
        irssi.shows(r"[0-9a-f]{16,}")  # the fingerprint of her certificate
        irssi.type(f"/quit {FAREWELL}")
        alice.output.match(FAREWELL)


def irssi_without_certificate(chat):
    """irssi without a client certificate is refused, and the log says why"""
    refused(chat, None, r"failed: refused the client: .*sent no certificate.*alert 116 certificate_required")


def irssi_of_another_authority(chat):
    """irssi with a certificate of another authority is refused, and the log says why"""
    refused(chat, chat.pairs["mallory"], r"failed: refused the client: .*CN=mallory.*issued by an authority "
            r"that we do not trust.*Other CA.*alert 48 unknown_ca")


def refused(chat, certificate, reason):
    irssi = chat.irssi("mallory")
    before = chat.server.output.size()
    irssi.type(irssi.connect(chat, certificate))
    chat.server.output.match(reason, start=before)
    irssi.shows(r"(?i)unable to connect|connection (lost|reset)|handshake|alert")


def weechat_talks(chat):
    """WeeChat with a client certificate talks in a room with a line-mode member"""
    with chat.member("alice") as alice:
        alice.output.match(r"(?i)alice")
        with Process(weechat_command(chat), environment={"LC_ALL": "C.UTF-8"}) as weechat:
            alice.output.match(r"carol.*(joined|joins|has come)|-->.*carol")
            alice.write_line("are you there")
            alice.output.match(r"carol.*weechat heard alice")
            weechat.terminate()


def weechat_command(chat):
    """It connects, joins, and answers one question that it shows in the room."""
    pair = chat.pairs["carol"]
    server, room = f"localhost/{chat.port}", f"irc.chat.{ROOM}"
    commands = [f"/set weechat.network.gnutls_ca_user {chat.authority.cert}", f"/server add chat {server} -ssl",
                "/set irc.server.chat.nicks carol", f"/set irc.server.chat.ssl_cert {pair.both}",
                f"/set irc.server.chat.autojoin {ROOM}", "/set irc.server.chat.ipv6 off",
                "/set irc.look.smart_filter off",
                f'/trigger addreplace hear print "{room}\\;irc_privmsg+nick_alice" "" "" "weechat heard alice"',
                "/connect chat"]
    arguments = ["weechat-headless", "--dir", os.path.join(chat.directory, "weechat")]
    for command in commands:
        arguments += ["--run-command", command]
    return arguments


class Chat:
    """A server with its certificates, and the clients of one test."""

    def __init__(self, program, directory):
        self.program = program
        self.directory = directory
        workshop = Workshop(os.path.join(directory, "certificates"))
        self.authority = workshop.authority("ca", subject="/CN=Chat CA")
        other = workshop.authority("other_ca", subject="/CN=Other CA")
        self.pairs = {name: workshop.client(name, self.authority) for name in ("alice", "bob", "carol")}
        self.pairs["mallory"] = workshop.client("mallory", other)
        pair = workshop.server("server", self.authority)
        self.server = Process([program, "chat", "serve", "--listen", "127.0.0.1:0", "--cert", pair.cert, "--key",
                               pair.key,
                               "--client-ca", self.authority.cert], merge=True)
        self.port = self.server.port(r"listening on .*:(\d+)")
        self._terminals = []

    def member(self, name):
        """`handfast chat join`, fed by lines."""
        pair = self.pairs[name]
        return Process([self.program, "chat", "join", f"localhost:{self.port}", ROOM, "--ca", self.authority.cert,
                        "--cert",
                        pair.cert, "--key", pair.key], merge=True)

    def irssi(self, nick):
        terminal = Irssi(os.path.join(self.directory, f"irssi_{len(self._terminals)}"), nick)
        self._terminals.append(terminal)
        return terminal

    def clean_up(self):
        for terminal in self._terminals:
            terminal.close()
        self.server.terminate()


class Irssi:
    """irssi in a terminal of a tmux server of its own; what it draws is read from that terminal."""

    def __init__(self, directory, nick):
        os.makedirs(directory)
        self._socket = os.path.join(directory, "tmux")
        config = os.path.join(directory, "config")
        with open(config, "w", encoding="utf-8") as file:
            names = f'nick = "{nick}"; real_name = "{nick}"; user_name = "{nick}";'
            pace = 'cmd_queue_speed = "10msec"; cmds_max_at_once = "50";'  # its own brake would make us wait
            file.write(f'settings = {{ core = {{ {names} }}; "irc/core" = {{ {pace} }}; }};\n')
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", "180", "-y", "60",
                   f"exec irssi --home={directory} --config={config} --noconnect",
                   environment={"TERM": "screen", "LC_ALL": "C.UTF-8", "TMUX": ""})
        # Wakes us whenever irssi has drawn something.
        drawn = os.path.join(directory, "drawn")
        os.mkfifo(drawn)
        self._tmux("pipe-pane", "-o", f"exec cat > {drawn}")
        self._drawn = Stream(open(drawn, "rb", buffering=0))
        self.type("/echo ready")
        self.shows("ready")

    def connect(self, chat, certificate):
        shown = f"-tls_cert {certificate.both} " if certificate else ""
        return f"/connect -tls -tls_verify -tls_cafile {chat.authority.cert} {shown}localhost {chat.port}"

    def type(self, line):
        self._tmux("send-keys", "-l", line)
        self._tmux("send-keys", "Enter")

    def shows(self, pattern):
        """Waits until the terminal shows it."""
        expression = re.compile(pattern)

        def find(_):
            self.screen = self._tmux("capture-pane", "-p", "-J")
            return expression.search(self.screen)

        try:
            return self._drawn.wait_for(find, f"irssi to show /{pattern}/", 30)
        except PeerFailed as failure:
            raise PeerFailed(f"{str(failure).split(':')[0]}; its screen:\n{self.screen}") from None

    def close(self):
        run("tmux", "-S", self._socket, "kill-server", check=False)

    def _tmux(self, *arguments, environment=None):
        return run("tmux", "-S", self._socket, *arguments, environment=environment)


if __name__ == "__main__":
    sys.exit(main())
