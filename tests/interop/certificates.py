"""Certificates for the tests, made with the openssl command and so independent of our own code."""
import datetime
import os
import threading

from process import run

KEY_OPTIONS = {
    "ecdsa": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
    "p384": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
    "rsa": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
    "rsa1024": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"],
    "rsapss": ["-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"],
    "p521": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
    "ed25519": ["-algorithm", "ED25519"],
    "ed448": ["-algorithm", "ED448"],
}
CA = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"
LOCAL_NAMES = "DNS:localhost,IP:127.0.0.1"
DAY = datetime.timedelta(days=1)


class Pair:
    """A certificate with its key: files `cert` (chain), `key`, and `both` in one."""

    def __init__(self, directory, name):
        self.name = name
        self.cert = os.path.join(directory, name + ".crt")
        self.key = os.path.join(directory, name + ".key")
        self.both = os.path.join(directory, name + ".pem")


class Workshop:
    """Makes keys, certificates and revocation lists in one directory."""

    def __init__(self, directory):
        self.directory = directory
        os.makedirs(directory, exist_ok=True)
        self._serial = 1000
        self._lock = threading.Lock()
        self._now = datetime.datetime.now(datetime.timezone.utc)

    def authority(self, name, key="ecdsa", extensions=CA, issuer=None, **options):
        return self.certificate(name, key, issuer=issuer, extensions=extensions, **options)

    def server(self, name, issuer, key="ecdsa", names=LOCAL_NAMES, purpose="serverAuth", usage=None, **options):
        return self._leaf(name, issuer, key, names, purpose, usage, **options)

    def client(self, name, issuer, key="ecdsa", names=None, purpose="clientAuth", usage=None, **options):
        return self._leaf(name, issuer, key, names, purpose, usage, **options)

    def _leaf(self, name, issuer, key, names, purpose, usage, **options):
        usage = usage or ("digitalSignature,keyEncipherment" if key in ("rsa", "rsa1024") else "digitalSignature")
        extensions = f"basicConstraints=critical,CA:FALSE\nkeyUsage=critical,{usage}\n"
        if purpose:
            extensions += f"extendedKeyUsage={purpose}\n"
        if names:
            extensions += f"subjectAltName={names}\n"
        return self.certificate(name, key, issuer=issuer, extensions=extensions, **options)

    def certificate(self, name, key, issuer, extensions, subject=None, days=(-1, 30), digest="sha256", chain=()):
        """Signed by the issuer, or by itself; `chain`: what its file holds after it; `days`: from, to, as of now."""
        pair = Pair(self.directory, name)
        run("openssl", "genpkey", *KEY_OPTIONS[key], "-out", pair.key)
        request = pair.cert + ".req"
        run("openssl", "req", "-new", "-key", pair.key, "-out", request, "-subj", subject or f"/CN={name}",
            "-config", self._file("req.cnf", "[req]\ndistinguished_name=dn\n[dn]\n"))
        signer = issuer or pair
        config = self._file(name + ".cnf", CA_CONFIG.format(extensions=extensions, digest=digest))
        with self._lock:
            self._serial += 1
            serial = f"{self._serial:04x}"
        state = self._state(name, serial)
        sign = ["-selfsign"] if issuer is None else ["-cert", signer.cert]
        if key == "ed25519" and issuer is None:
            digest = "default"
        run("openssl", "ca", "-batch", "-notext", "-config", config, *sign, "-keyfile", signer.key, "-in", request,
            "-out", pair.cert, "-md", "default" if self._is_ed25519(signer) else digest,
            "-startdate", self._date(days[0]), "-enddate", self._date(days[1]), environment=state)
        self._append(pair.cert, *[link.cert for link in chain])
        self._join(pair)
        return pair

    def revocation_list(self, name, issuer, revoked=(), days=(-1, 30)):
        """A list signed by the issuer that names the given certificates."""
        file = os.path.join(self.directory, name + ".crl")
        state = self._state(name, "01")
        config = self._file(name + ".cnf", CA_CONFIG.format(extensions=CA, digest="sha256"))
        base = ["openssl", "ca", "-config", config, "-cert", issuer.cert, "-keyfile", issuer.key]
        for pair in revoked:
            run(*base, "-revoke", pair.cert, environment=state)
        run(*base, "-gencrl", "-out", file, "-crl_lastupdate", self._date(days[0]), "-crl_nextupdate",
            self._date(days[1]), environment=state)
        return file

    def staple(self, name, issuer, pair, revoked=False):
        """An OCSP response of the issuer's about that certificate, good for a week."""
        path = os.path.join(self.directory, name + ".ocsp")
        serial = run("openssl", "x509", "-in", pair.cert, "-noout", "-serial").strip().split("=")[1]
        then = self._date(-1)[2:]
        status, when = ("R", then) if revoked else ("V", "")
        index = self._file(name + ".index", f"{status}\t{self._date(30)[2:]}\t{when}\t{serial}\tunknown\t/CN=any\n")
        run("openssl", "ocsp", "-issuer", issuer.cert, "-cert", pair.cert, "-no_nonce", "-reqout", path + ".req")
        run("openssl", "ocsp", "-index", index, "-CA", issuer.cert, "-rsigner", issuer.cert, "-rkey", issuer.key,
            "-reqin", path + ".req", "-respout", path, "-ndays", 7, "-resp_no_certs")
        return path

    def _is_ed25519(self, pair):
        return "ED25519" in run("openssl", "pkey", "-in", pair.key, "-noout", "-text")

    def _state(self, name, serial):
        database = os.path.join(self.directory, name + ".db")
        os.makedirs(database, exist_ok=True)
        self._file(os.path.join(name + ".db", "index.txt"), "")
        self._file(os.path.join(name + ".db", "serial"), serial + "\n")
        self._file(os.path.join(name + ".db", "crlnumber"), "01\n")
        return {"DB": database}

    def _date(self, days):
        return (self._now + days * DAY).strftime("%Y%m%d%H%M%SZ")

    def _file(self, name, text):
        path = os.path.join(self.directory, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    @staticmethod
    def _append(target, *sources):
        with open(target, "ab") as output:
            for source in sources:
                with open(source, "rb") as file:
                    output.write(file.read())

    def _join(self, pair):
        if os.path.exists(pair.both):
            os.remove(pair.both)
        self._append(pair.both, pair.cert, pair.key)


CA_CONFIG = """[ca]
default_ca=this
[this]
database=$ENV::DB/index.txt
serial=$ENV::DB/serial
crlnumber=$ENV::DB/crlnumber
new_certs_dir=$ENV::DB
default_md={digest}
policy=any
x509_extensions=extensions
unique_subject=no
email_in_dn=no
[any]
commonName=optional
organizationName=optional
[extensions]
{extensions}
"""
