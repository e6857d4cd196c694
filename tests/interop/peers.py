"""The peers: how each is started as a client or a server, and what it says about its connections."""
import dataclasses
import fcntl
import functools
import json
import os
import re
import shutil
import socket
import threading

from cases import (CERTIFICATES, KEY_UPDATE, MAC_THEN_ENCRYPT, NO_EMS, PAYLOAD_SIZE, RETRY, SESSION_ID,
                   SMALL_PAYLOAD_SIZE, SMALL_RECORDS, SUITES, reversed_lines)
from cases_old import OWN_GROUP, OldCase
from process import PeerFailed, Process, run


PSK_IDENTITY, PSK_HINT, PSK = "interop", "of the test", "8f3a5c2e9b7d1046e8c1f5a3d2b49670"
ONLY_THREE = "what is old is tried with OpenSSL, GnuTLS and Java"
SKIPPED = 77  # exit code, known to CMakeLists.txt


@dataclasses.dataclass
class Facts:
    """What one side says about one connection; None where it does not say."""
    suite: str = None
    resumed: bool = None
    peer: str = None   # common name of the other side's certificate; "" for none
    group: str = None  # of a full handshake
    mutual: bool = None  # both have shown a certificate, now or in the session that was resumed
    encrypt_then_mac: bool = None
    extended_master_secret: bool = None
    retried: bool = None    # there was a HelloRetryRequest
    key_updates: tuple = None  # how many were sent, how many received
    error: str = None


@dataclasses.dataclass
class Context:
    """What a case is run with."""
    case: object
    pairs: dict      # "server-ecdsa", "client-rsa", ... -> certificates.Pair
    authority: object
    payload_file: str
    payload: bytes
    directory: str   # for this case alone

    @property
    def server_pair(self):
        """None where the server has no certificate."""
        return self.pairs.get("server-" + self.case.certificate)

    @property
    def client_pair(self):
        return self.pairs.get("client-" + self.case.certificate)

    def file(self, name):
        return os.path.join(self.directory, name)


class Server:
    """A running server. `wait_facts(n)` waits until it has told about n connections."""
    port = 0

    def wait_facts(self, count):
        raise NotImplementedError

    def reply(self, payload):
        return payload

    def stop(self):
        raise NotImplementedError


class Peer:
    name = ""
    serves = True
    most_to_send = PAYLOAD_SIZE   # by its client
    chooses_shares = True   # its client's first hello has the share that it was told to have
    connects = True

    def lacks(self, case):
        """Why this case cannot be run with this peer; None when it can."""
        return None

    def lacks_as_client(self, case):
        return None

    def lacks_as_server(self, case):
        return None

    def flaw(self, case):
        """Why it fails now and then, by itself: then the case may be tried twice. None: it does not."""
        return None

    def flaw_as_client(self, case):
        return None

    def serve(self, context):
        raise NotImplementedError

    def connect(self, context, port, reply):
        """Makes the connections of the case; returns [(Facts, whether it should be resumed)]."""
        raise NotImplementedError


def converse(process, context, reply):
    """Sends the payload, wants the reply, then ends the input."""
    process.send(context.payload)
    try:
        received = process.output.exactly(len(reply))
    except PeerFailed as failure:
        raise PeerFailed(f"{failure}\n  {process}: {process.errors.text()[-1200:]}") from None
    if received != reply:
        raise PeerFailed(f"{process}: what came back is not what was sent")
    process.close_input()


def group_file(case):
    """The finite field of a server that must be told one."""
    name = "dh_own.pem" if case.variant == OWN_GROUP else "dh_ffdhe2048.pem"
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers", name)


# OpenSSL

OPENSSL_GROUPS = {"x25519": "X25519", "secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521",
                  "x448": "X448", "ffdhe2048": "ffdhe2048", "ffdhe3072": "ffdhe3072",
                  "X25519MLKEM768": "X25519MLKEM768"}
NO_EMS_CONFIGURATION = """openssl_conf = top
[top]
ssl_conf = ssl
[ssl]
system_default = options
[options]
Options = -ExtendedMasterSecret
"""


def openssl_lacks(case):
    if case.version != "1.3" and case.suite.name not in openssl_has(case.version):
        return "OpenSSL does not have this suite"
    if case.group == "X25519MLKEM768" and openssl_version() < (3, 5):
        return "OpenSSL before 3.5 does not have this group"
    return None


OPENSSL_VERSIONS = {"1.0": "-tls1", "1.1": "-tls1_1", "1.2": "-tls1_2", "1.3": "-tls1_3"}


@functools.cache
def openssl_has(version):
    """The suites: registered name -> OpenSSL's."""
    listed = run("openssl", "ciphers", "-stdname", "-s", "-psk", OPENSSL_VERSIONS[version], "ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    return dict(re.findall(r"^(TLS_\S+) +- (\S+)", listed, re.MULTILINE))


def registered_name(openssl_name):
    names = {theirs: name for name, theirs in openssl_has("1.2").items()}
    return names.get(openssl_name, openssl_name)


@functools.cache
def openssl_version():
    found = re.search(r"OpenSSL (\d+)\.(\d+)", run("openssl", "version"))
    return (int(found[1]), int(found[2]))


def openssl_suites(case):
    """Options of the openssl command."""
    if case.version != "1.3":
        return [OPENSSL_VERSIONS[case.version], "-cipher", openssl_has(case.version)[case.suite.name] + ":@SECLEVEL=0"]
    return ["-tls1_3", "-ciphersuites", case.suite.name, "-cipher", "DEFAULT:@SECLEVEL=0"]


class OpenSsl(Peer):
    name = "openssl"

    def lacks(self, case):
        return openssl_lacks(case)

    def _common(self, context, groups):
        case = context.case
        arguments = [*openssl_suites(case), "-groups", ":".join(OPENSSL_GROUPS[group] for group in groups)]
        if case.suite.has_psk:
            arguments += ["-psk_identity", PSK_IDENTITY, "-psk", PSK]
        if case.variant == MAC_THEN_ENCRYPT:
            arguments.append("-no_etm")
        if case.variant == SESSION_ID:
            arguments.append("-no_ticket")
        if case.variant == SMALL_RECORDS:
            arguments += ["-max_send_frag", 512]
        return arguments

    def _environment(self, context):
        if context.case.variant != NO_EMS:
            return {}
        file = context.file("no_ems.cnf")
        with open(file, "w", encoding="utf-8") as output:
            output.write(NO_EMS_CONFIGURATION)
        return {"OPENSSL_CONF": file}

    def serve(self, context):
        pair, case = context.server_pair, context.case
        talks = case.variant == KEY_UPDATE
        arguments = ["openssl", "s_server", "-accept", "127.0.0.1:0"]
        arguments += ["-cert", pair.cert, "-key", pair.key] if pair else ["-nocert"]
        if case.suite.is_finite_field:
            arguments += ["-dhparam", group_file(case)]
        if case.has_hint:
            arguments += ["-psk_hint", PSK_HINT]
        if not talks:
            arguments += ["-rev", "-msg"]
        if case.mutual:
            arguments += ["-Verify", 5, "-verify_return_error", "-CAfile", context.authority.cert]
        process = Process(arguments + self._common(context, case.server_groups()),
                          environment=self._environment(context), merge=True)
        return OpenSslTalker(process, context.payload) if talks else OpenSslServer(process)

    def connect(self, context, port, reply):
        session = context.file("openssl_session.pem")
        first = self._connect_once(context, port, reply, ["-sess_out", session])
        if context.case.times == 1:
            return [(first, False)]
        second = self._connect_once(context, port, reply, ["-sess_in", session] if os.path.exists(session) else [])
        return [(first, False), (second, context.case.is_resumed)]

    def _connect_once(self, context, port, reply, session):
        messages = context.file("openssl_messages")
        arguments = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "localhost",
                     "-verify_hostname", "localhost", "-CAfile", context.authority.cert, "-verify_return_error",
                     "-brief", "-no_ign_eof", "-msg", "-msgfile", messages, *session]
        if context.case.variant != KEY_UPDATE:
            arguments.append("-nocommands")
        if context.case.mutual:
            arguments += ["-cert", context.client_pair.cert, "-key", context.client_pair.key]
        with Process(arguments + self._common(context, context.case.client_groups()),
                     environment=self._environment(context)) as process:
            if context.case.variant == KEY_UPDATE:
                process.write_line("K")
                process.errors.match("^KEYUPDATE")
            converse(process, context, reply)
            code = process.wait()
            with open(messages, encoding="utf-8") as file:
                facts = openssl_facts(process.errors.text(), file.read())
        if code != 0:
            facts.error = f"exit {code}"
        return facts


def openssl_facts(summary, messages):
    """From what -brief and -msg print about one connection."""
    suite = re.search(r"^Ciphersuite: (\S+)", summary, re.MULTILINE)
    peer = re.search(r"^Peer certificate: .*CN = ([^,\n]+)", summary, re.MULTILINE)
    return Facts(suite=suite and registered_name(suite[1]), peer=peer[1] if peer else "",
                 retried=len(re.findall(r", ClientHello$", messages, re.MULTILINE)) > 1,
                 resumed=not re.search("ServerHelloDone|CertificateVerify", messages))


class OpenSslServer(Server):
    """s_server -rev: one connection after the other, every line turned around."""

    def __init__(self, process):
        self._process = process
        self.port = process.port(r"^ACCEPT .*:(\d+)$")

    def reply(self, payload):
        return reversed_lines(payload)

    def wait_facts(self, count):
        self._process.output.match(r"(?s)" + r"CONNECTION CLOSED.*?" * count)
        connections = self._process.output.text().split("CONNECTION CLOSED")[:count]
        return [openssl_facts(text, text) for text in connections]

    def stop(self):
        self._process.kill()


class OpenSslTalker(Server):
    """s_server: on every connection updates the keys, then says the payload by itself."""

    def __init__(self, process, payload):
        self._process = process
        self._payload = payload
        self.port = process.port(r"^ACCEPT .*:(\d+)$")
        threading.Thread(target=self._talk, daemon=True).start()

    def _talk(self):
        seen = 0
        try:
            while True:
                seen = self._process.output.match("^CIPHER is ", start=seen).end()
                self._process.write_line("K")
                seen = self._process.output.match("SSL_do_handshake -> 1", start=seen).end()
                self._process.send(self._payload)
        except PeerFailed:
            pass  # whoever waits for the payload tells

    def wait_facts(self, count):
        self._process.output.match(r"(?s)" + r"^DONE$.*?" * count)
        text = re.sub("SSL_do_handshake -> 1\n|Read BLOCK\n", "", self._process.output.text())
        return [self._facts(part) for part in re.split("^DONE$", text, flags=re.MULTILINE)[:count]]

    def _facts(self, text):
        suite = re.search(r"^CIPHER is (\S+)", text, re.MULTILINE)[1]
        is_whole = self._payload.decode() in text
        return Facts(suite=suite, resumed="\nReused session-id" in text, peer="",
                     error=None if is_whole else "not all of the payload came")

    def stop(self):
        self._process.kill()


# GnuTLS

GNUTLS_KEY_EXCHANGES = {"rsa": "RSA", "dhe_rsa": "DHE-RSA", "ecdhe_rsa": "ECDHE-RSA", "ecdhe_ecdsa": "ECDHE-ECDSA", "psk": "PSK",
                        "dhe_psk": "DHE-PSK", "ecdhe_psk": "ECDHE-PSK", "dh_anon": "ANON-DH", "ecdh_anon": "ANON-ECDH"}


@functools.cache
def gnutls_suites():
    """Its name -> the first version that it has the suite for."""
    return dict(re.findall(r"^(TLS_\S+)\s.*\tTLS(\S+)$", run("gnutls-cli", "--list"), re.MULTILINE))


def gnutls_has(suite, version):
    name = suite.name.replace("_WITH", "").replace("anon", "ANON").replace("PSK_DHE", "DHE_PSK").replace("POLY1305_SHA256", "POLY1305")
    first = gnutls_suites().get(re.sub("_SHA$", "_SHA1", name))
    return first is not None and first <= version


class GnuTls(Peer):
    name = "gnutls"
    most_to_send = SMALL_PAYLOAD_SIZE   # gnutls-cli writes what comes back byte by byte: a MiB is a million system calls

    def __init__(self, preloaded=""):
        """`preloaded`: into its client, see peers/gnutls_no_username.c."""
        self._preloaded = preloaded

    def lacks(self, case):
        if case.group == "X25519MLKEM768":
            return "GnuTLS 3.7 does not have this group"
        if case.variant == SMALL_RECORDS:
            return "its tools cannot be told to send small records to a peer without record_size_limit"
        if case.version != "1.3" and not gnutls_has(case.suite, case.version):
            return "GnuTLS does not have this suite"
        return None

    def flaw_as_client(self, case):
        if case.version == "1.3" and case.is_resumed:
            return "it waits for a ticket no longer than about a round trip, and then goes on without"
        return None

    def _priority(self, case, groups):
        if case.version == "1.3":
            parts = ["NONE", "+VERS-TLS1.3", "+COMP-NULL", "+CTYPE-X509", "+SIGN-ALL", "+ECDHE-ECDSA", "+ECDHE-RSA",
                     "+DHE-RSA", "+" + case.suite.cipher, "+AEAD"] + ["+GROUP-" + group.upper() for group in groups]
            return ":".join(parts)
        parts = ["NONE", "+VERS-TLS" + case.version, "+COMP-NULL", "+CTYPE-X509", "+SIGN-ALL",
                 "+" + GNUTLS_KEY_EXCHANGES[case.suite.key_exchange], "+" + case.suite.cipher, "+" + case.suite.mac]
        parts += ["+GROUP-" + group.upper() for group in groups]
        if case.variant == MAC_THEN_ENCRYPT:
            parts.append("%NO_ETM")
        if case.variant == NO_EMS:
            parts.append("%NO_SESSION_HASH")
        return ":".join(parts)

    def serve(self, context):
        case, pair = context.case, context.server_pair
        arguments = ["gnutls-serv", "--echo", "--priority", self._priority(case, case.server_groups())]
        if pair:
            arguments += ["--x509certfile", pair.cert, "--x509keyfile", pair.key]
        if case.suite.has_psk:
            with open(context.file("gnutls_psk"), "w", encoding="utf-8") as keys:
                keys.write(f"{PSK_IDENTITY}:{PSK}\n")
            arguments += ["--pskpasswd", keys.name, *(["--pskhint", PSK_HINT] if case.has_hint else [])]
        if case.variant == OWN_GROUP:
            arguments += ["--dhparams", group_file(case)]
        if case.variant == SESSION_ID:
            arguments.append("--noticket")
        if case.mutual:
            arguments += ["--require-client-cert", "--verify-client-cert", "--x509cafile", context.authority.cert]
        else:
            arguments.append("--disable-client-cert")
        return GnuTlsServer(*start_gnutls_server(arguments), case)

    def connect(self, context, port, reply):
        options = {KEY_UPDATE: ["--inline-commands"], RETRY: ["--single-key-share"]}
        full = self._run(context, port, reply, options.get(context.case.variant, []))
        if context.case.times == 1 or context.case.variant == KEY_UPDATE:   # --resume begins with a connection without any
            return [(full[0], False)]
        resumed = self._run(context, port, reply, ["--resume"])
        return [(full[0], False), (resumed[0], False), (resumed[1], context.case.is_resumed)]

    def _run(self, context, port, reply, extra):
        case, log = context.case, context.file("gnutls.log")
        arguments = ["gnutls-cli", "--port", port, "127.0.0.1", "--sni-hostname", "localhost", "--verify-hostname",
                     "localhost", "--x509cafile", context.authority.cert, "--priority",
                     self._priority(case, case.client_groups()), "--logfile", log, *extra]
        if case.variant == SESSION_ID:
            arguments.append("--noticket")
        if case.suite.has_psk:
            arguments += ["--pskusername", PSK_IDENTITY, "--pskkey", PSK]
        if case.mutual:
            arguments += ["--x509certfile", context.client_pair.cert, "--x509keyfile", context.client_pair.key]
        with Process(arguments, environment={"LD_PRELOAD": self._preloaded} if case.suite.has_psk else {}) as process:
            if case.variant == KEY_UPDATE:
                process.write_line("^rekey^")
            converse(process, context, reply)
            code = process.wait()
            with open(log, encoding="utf-8") as file:
                connections = file.read().split("Connecting to ")[1:]
        facts = [gnutls_facts(text, case) for text in connections]
        if code != 0:
            facts[-1].error = f"exit {code}"
        return facts


def gnutls_facts(text, case):
    description = re.search(r"^- Description: (.*)$", text, re.MULTILINE)
    options = re.search(r"^- Options: (.*)$", text, re.MULTILINE)
    peer = re.search(r"^ - subject `[^']*CN=([^,']*)|^\tSubject: .*CN=(.*)$", text, re.MULTILINE)
    parts = re.findall(r"\(([^)]*)\)", description[1]) if description else []
    expected = [case.suite.cipher] + ([case.suite.mac] if case.suite.mac != "AEAD" else [])
    is_expected = parts[-len(expected):] == expected and parts[0] == f"TLS{case.version}-X.509"
    return Facts(suite=case.suite.name if is_expected else description and description[1],
                 resumed="This is a resumed session" in text, peer=(peer[1] or peer[2]) if peer else None,
                 encrypt_then_mac=bool(options and "EtM" in options[1]),
                 extended_master_secret=bool(options and "extended master secret" in options[1]))


def start_gnutls_server(arguments):
    """gnutls-serv must be told its port: takes one that is free, and another when somebody was faster."""
    for _ in range(20):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        process = Process([*arguments, "--port", port], merge=True)
        heard = process.output.match(r"listening on IPv4.*?port \d+\.\.\.(done|bind\(\) failed)|bind\(\) failed")
        if heard[1] == b"done":
            return process, port
        process.kill()
    raise PeerFailed("gnutls-serv found no free port")


class GnuTlsServer(Server):
    def __init__(self, process, port, case):
        self._process = process
        self._case = case
        self.port = port

    def wait_facts(self, count):
        self._process.output.match(r"(?s)" + r"Accepted connection from.*?^- Options:.*?" * count)
        connections = self._process.output.text().split("Accepted connection from")[1:count + 1]
        facts = [gnutls_facts(text, self._case) for text in connections]
        for fact in facts:
            fact.peer = fact.peer or ""
        return facts

    def stop(self):
        self._process.kill()


# Go and Java: one process each, told what to do by lines.

class Driven(Peer):
    """A peer that runs many cases in one process: see peers/peer.go for its commands."""

    def __init__(self, command):
        self._command = command
        self._process = None
        self._lock = threading.Lock()
        self._number = 0

    def start(self):
        with self._lock:
            if self._process is None:
                self._process = Process(self._command)
            self._number += 1
            return str(self._number), self._process

    def command(self, **fields):
        number, process = self.start()
        self.tell(number, **fields)
        return number

    def tell(self, number, **fields):
        line = "\t".join([f"id={number}"] + [f"{key}={value}" for key, value in fields.items()])
        self._process.write_line(line)

    def answers(self, number, event, count):
        """The first `count` answers of that kind to that command; fails when the command failed."""
        def find(output):
            answers = [json.loads(line) for line in output.splitlines(keepends=True) if line.endswith(b"\n")]
            answers = [answer for answer in answers if answer["id"] == number]
            for answer in answers:
                if answer["event"] == "failed":
                    raise PeerFailed(f"{self.name}: {answer['error']}")
            wanted = [answer for answer in answers if answer["event"] == event]
            return wanted[:count] if len(wanted) >= count else None

        return self._process.output.wait_for(find, f"{count} answers '{event}' of {self.name}")

    def _options(self, context, groups):
        options = {"tls": context.case.version, "suites": context.case.suite.name}
        if groups:
            options["groups"] = ",".join(groups)
        return options

    def _groups(self, groups):
        return groups

    def serve(self, context):
        case, pair = context.case, context.server_pair
        options = self._options(context, self._groups(case.server_groups()))
        if case.mutual:
            options["client_ca"] = context.authority.cert
        if pair:
            options.update(cert=pair.cert, key=pair.key)
        number = self.command(do="listen", **options)
        return DrivenServer(self, number)

    def connect(self, context, port, reply):
        case = context.case
        options = self._options(context, self._groups(case.client_groups()))
        if case.mutual:
            options.update(cert=context.client_pair.cert, key=context.client_pair.key)
        if case.variant == KEY_UPDATE:
            options["update_keys"] = 1
        number = self.command(do="connect", port=port, ca=context.authority.cert, name="localhost",
                              payload=context.payload_file, times=case.times, **options)
        answer = self.answers(number, "done", 1)[0]
        return list(zip([driven_facts(facts) for facts in answer["connections"]], [False, case.is_resumed]))


def driven_facts(facts):
    return Facts(suite=facts.get("suite"), resumed=facts["resumed"], peer=facts.get("peer", ""),
                 error=facts.get("error") or None)


class DrivenServer(Server):
    def __init__(self, peer, number):
        self._peer = peer
        self._number = number
        self.port = peer.answers(number, "listening", 1)[0]["port"]

    def wait_facts(self, count):
        answers = self._peer.answers(self._number, "connection", count)
        return [driven_facts(answer["facts"]) for answer in sorted(answers, key=lambda answer: answer["number"])]

    def stop(self):
        self._peer.tell(self._number, do="stop")


class Go(Driven):
    name = "go"
    UNKNOWN = {"TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
               "TLS_RSA_WITH_AES_256_CBC_SHA256", "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256"}

    def lacks(self, case):
        if isinstance(case, OldCase):
            return ONLY_THREE
        if case.suite.name in self.UNKNOWN:
            return "Go does not have this suite"
        if case.group in ("x448", "ffdhe2048", "ffdhe3072", "X25519MLKEM768"):
            return "Go 1.19 does not have this group"
        if case.certificate in ("rsapss", "ed448"):
            return "Go does not have keys of this kind"
        if case.variant in (MAC_THEN_ENCRYPT, NO_EMS):
            return f"every connection with Go 1.19 is one with {case.variant}"
        if case.variant == SESSION_ID:
            return "Go resumes by tickets alone"
        if case.variant == SMALL_RECORDS:
            return "every connection with Go begins with small records"
        return None

    def lacks_as_client(self, case):
        return "Go cannot be told to send a KeyUpdate" if case.variant == KEY_UPDATE else None


class JavaMachine(Driven):
    """One virtual machine, which has one list of groups."""
    name = "java"

    def _groups(self, groups):
        return []


class Java(JavaMachine):
    chooses_shares = False

    def lacks(self, case):
        if case.suite.name not in self._suites:
            return "Java does not have this suite"
        if case.variant == OWN_GROUP:
            return "Java takes known groups"
        if case.group == "X25519MLKEM768":
            return "Java 17 does not have this group"
        if case.variant == MAC_THEN_ENCRYPT:
            return "every connection with Java is one with mac-then-encrypt"
        if case.variant in (NO_EMS, SMALL_RECORDS):
            return "a switch of the whole Java virtual machine; not tried"
        return None

    def flaw(self, case):
        if case.version == "1.3" and case.group.startswith("ffdhe"):
            return "Java before 26 drops leading zeros of the secret (JDK-8328046): one connection in 256 fails"
        return None

    def __init__(self, command):
        super().__init__([*command, "Peer"])
        self._without_tickets = JavaMachine([*command, "-Djdk.tls.client.enableSessionTicketExtension=false",
                                             "-Djdk.tls.server.enableSessionTicketExtension=false", "Peer"])

    @functools.cached_property
    def _suites(self):
        return self.answers(self.command(do="suites"), "suites", 1)[0]["names"]

    def serve(self, context):
        return self._without_tickets.serve(context) if context.case.variant == SESSION_ID else super().serve(context)

    def connect(self, context, port, reply):
        machine = self._without_tickets if context.case.variant == SESSION_ID else super()
        return machine.connect(context, port, reply)


class Curl(Peer):
    name = "curl"
    serves = False

    def lacks(self, case):
        if isinstance(case, OldCase):
            return ONLY_THREE
        if case.variant not in ("", RETRY):
            return "curl has no option for it"
        return openssl_lacks(case)

    def connect(self, context, port, reply):
        case = context.case
        outputs = [context.file(f"curl_reply_{number}") for number in range(case.times)]
        arguments = ["curl", "--silent", "--show-error", "--verbose", "--http1.1", "--tlsv" + case.version,
                     "--tls-max", case.version, *self._suites(case),
                     "--curves", ":".join(OPENSSL_GROUPS[group] for group in case.client_groups()),
                     "--cacert", context.authority.cert, "--resolve", f"localhost:{port}:127.0.0.1",
                     "--header", "Connection: close", "--data-binary", "@" + context.payload_file]
        if case.mutual:
            arguments += ["--cert", context.client_pair.cert, "--key", context.client_pair.key]
        for output in outputs:
            arguments += ["--output", output, f"https://localhost:{port}/"]
        with Process(arguments) as process:
            code = process.wait()
            said = process.errors.text()
        if code != 0:
            raise PeerFailed(f"curl: exit {code}: {said[-800:]}")
        for output in outputs:
            with open(output, "rb") as file:
                if file.read() != context.payload:
                    raise PeerFailed("curl: what came back is not what was sent")
        parts = re.split(r"^\* Connected to ", said, flags=re.MULTILINE)[1:]
        return list(zip([self._facts(part) for part in parts], [False, case.is_resumed]))

    @staticmethod
    def _suites(case):
        if case.version == "1.3":
            return ["--tls13-ciphers", case.suite.name, "--ciphers", "DEFAULT:@SECLEVEL=0"]
        return ["--ciphers", openssl_has(case.version)[case.suite.name] + ":@SECLEVEL=0"]

    @staticmethod
    def _facts(text):
        suite = re.search(r"SSL connection using TLSv1\.[23] / (\S+)", text)
        peer = re.search(r"^\*  subject: .*CN=(\S+)", text, re.MULTILINE)
        return Facts(suite=suite and registered_name(suite[1]), peer=peer and peer[1],
                     resumed=not re.search(r"Server finished|CERT verify", text))


# Handfast

class Handfast(Peer):
    name = "handfast"

    def __init__(self, program):
        self._program = program

    def _trace(self, context, file):
        return ["--trace", "json", "--trace-file", context.file(file)]

    def serve(self, context, mode="echo"):
        case, pair = context.case, context.server_pair
        suites = ",".join(SUITES) if case.version == "1.2" and not isinstance(case, OldCase) else case.suite.name
        arguments = [self._program, "serve", "--listen", "127.0.0.1:0", "--tls", case.version, "--suite", suites, "--group",
                     ",".join(case.server_groups()), "--mode", mode, *self._schemes(case), *self._trace(context, "serve.json"),
                     *self._unsafe(case)]
        if pair:
            arguments += ["--cert", pair.cert, "--key", pair.key]
        if case.has_hint:
            arguments += ["--psk-hint", PSK_HINT]
        if case.mutual:
            arguments += ["--client-ca", context.authority.cert]
        return HandfastServer(Process(arguments, merge=True), context.file("serve.json"))

    def lacks_as_server(self, case):
        return "we have groups of RFC 7919 alone" if case.variant == OWN_GROUP else None

    def connect(self, context, port, reply):
        session = context.file("handfast_session")
        first = self._connect_once(context, port, reply, session, "connect_1.json")
        if context.case.times == 1:
            return [(first, False)]
        second = self._connect_once(context, port, reply, session, "connect_2.json")
        return [(first, False), (second, context.case.is_resumed)]

    def _connect_once(self, context, port, reply, session, trace):
        case = context.case
        arguments = [self._program, "connect", f"127.0.0.1:{port}", "--servername", "localhost", "--ca",
                     context.authority.cert, "--tls", case.version, "--suite", case.suite.name, "--half-close",
                     *self._groups(case), *self._schemes(case), *self._trace(context, trace), *self._unsafe(case)]
        if case.times > 1:
            arguments += ["--resume", session]
        if case.variant == KEY_UPDATE:
            arguments.append("--update-keys")
        if case.mutual:
            arguments += ["--cert", context.client_pair.cert, "--key", context.client_pair.key]
        with Process(arguments) as process:
            converse(process, context, reply)
            code = process.wait()
            if code != 0:
                raise PeerFailed(f"exit {code}: {process.errors.text()[-1200:]}")
        return handfast_facts(read_events(context.file(trace)))[0]


    @staticmethod
    def _unsafe(case):
        """What old suites need beside their names."""
        options = ["--psk", f"{PSK_IDENTITY}:{PSK}"] if case.suite.has_psk else []
        if case.suite.cipher == "NULL":
            options.append("--unsafe-no-encryption")
        return options + (["--unsafe-anonymous"] if case.suite.authentication == "none" else [])

    @staticmethod
    def _schemes(case):
        """Ed448 is off by default; the authority's key is on P-256."""
        return ["--scheme", "ed448,ecdsa_secp256r1_sha256"] if case.certificate == "ed448" else []

    @staticmethod
    def _groups(case):
        """To be asked again, a share that no peer takes: Java would take any other that it knows."""
        if case.variant == RETRY:
            return ["--group", "X25519MLKEM768," + case.group, "--key-share", "X25519MLKEM768"]
        return ["--group", ",".join(case.client_groups())]


def read_events(file):
    with open(file, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.endswith("\n")]


def handfast_facts(events):
    """One for each connection that was made, in their order."""
    numbers = list(dict.fromkeys(event["connection"] for event in events))
    return [_facts_of([event for event in events if event["connection"] == number]) for number in numbers]


def _facts_of(events):
    facts = Facts()
    facts.retried = any(event["event"] == "message" and event["name"] == "HelloRetryRequest" for event in events)
    updates = [event["direction"] for event in events if event["event"] == "message" and event["name"] == "KeyUpdate"]
    facts.key_updates = (updates.count("sent"), updates.count("received"))
    for event in events:
        if event["event"] == "connected":
            facts.suite, facts.resumed, facts.mutual = event["suite"], event["resumed"], event["mutual"]
        elif event["event"] == "certificate" and event["chain"] and event["owner"] != event["side"]:
            facts.peer = re.sub(r".*CN ?= ?([^,]*).*", r"\1", event["chain"][0]["subject"])
        elif event["event"] == "decision" and event["what"] == "group":
            facts.group = event["chosen"]
        elif event["event"] == "fault":
            facts.error = f"{event['id']} {event['facts']}"
    return facts


class HandfastServer(Server):
    def __init__(self, process, trace):
        self._process = process
        self._trace = trace
        self.port = process.port(r"listening on .*:(\d+)")

    def wait_facts(self, count):
        self._process.terminate()
        facts = handfast_facts(read_events(self._trace))
        if len(facts) < count:
            raise PeerFailed(f"handfast serve told of {len(facts)} connections, not {count}: {self._process.said()}")
        return facts

    def stop(self):
        self._process.kill()


def build_go_peer(directory, source):
    program = os.path.join(directory, "go_peer")
    with open(program + ".lock", "w", encoding="utf-8") as lock:   # tests that run at the same time share it
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(program) or os.path.getmtime(program) < os.path.getmtime(source):
            cache = os.path.join(directory, "go_cache")
            run("go", "build", "-o", program, source, timeout=300,
                environment={"GO111MODULE": "off", "GOCACHE": cache, "GOFLAGS": "", "GOTOOLCHAIN": "local"})
    return [program]


def build_gnutls_help(directory, source):
    library = os.path.join(directory, "gnutls_no_username.so")
    with open(library + ".lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(library) or os.path.getmtime(library) < os.path.getmtime(source):
            run("cc", "-shared", "-fPIC", "-o", library, source)
    return library


def build_java_peer(directory, source):
    classes = os.path.join(directory, "java_peer")
    program = os.path.join(classes, "Peer.class")
    with open(classes + ".lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(program) or os.path.getmtime(program) < os.path.getmtime(source):
            run("javac", "-d", classes, source, timeout=300)
    return ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m",
            "-Djdk.tls.ephemeralDHKeySize=2048", "-cp", classes]


def missing_programs(*programs):
    """A sentence about those that are not installed; empty when all are."""
    missing = [program for program in programs if not shutil.which(program)]
    return f"skipped: {', '.join(missing)} not installed; ./check installs what the tests need" if missing else ""


def certificates_for_all(workshop):
    """The pairs that the cases use, and their authority."""
    authority = workshop.authority("ca", subject="/CN=Interop CA")
    pairs = {}
    for kind in CERTIFICATES:
        pairs["server-" + kind] = workshop.server("server-" + kind, authority, kind)
        pairs["client-" + kind] = workshop.client("client-" + kind, authority, kind)
    return authority, pairs
