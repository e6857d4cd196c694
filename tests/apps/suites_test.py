#!/usr/bin/env python3
"""`handfast suites`: what it lists, and that numbers and names are those that OpenSSL and GnuTLS know."""

import json
import re
import shutil
import subprocess
import unittest

from tool import LIMIT, run


def listed(*arguments):
    finished = run("suites", "--json", *arguments)
    assert finished.returncode == 0, finished.stderr.decode()
    return [json.loads(line) for line in finished.stdout.decode().splitlines()]


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, stdin=subprocess.DEVNULL).stdout


def openssl_suites():
    """(number, registered name, OpenSSL's name)"""
    lines = output("openssl", "ciphers", "-V", "-stdname", "ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    for high, low, name, short in re.findall(r"0x(..),0x(..) - (\S+) +- (\S+)", lines):
        yield int(high + low, 16), name, short


def gnutls_suites():
    for name, high, low in re.findall(r"^(TLS_\S+)\s+0x(..), 0x(..)", output("gnutls-cli", "-l"), re.MULTILINE):
        yield int(high + low, 16), name


def alike(name):
    """GnuTLS leaves WITH out, and some of a hash, and has words of its own."""
    for theirs, ours in (("_WITH_", "_"), ("ARCFOUR", "RC4"), ("ANON", "anon"), ("PSK_DHE", "DHE_PSK")):
        name = name.replace(theirs, ours)
    name = re.sub(r"_SHA1$", "_SHA", name)
    return re.sub(r"(POLY1305)_SHA256$", r"\1", name)


class Suites(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.all = {suite["number"]: suite for suite in listed("--all")}

    def test_the_whole_registry_is_there(self):
        self.assertGreater(len(self.all), 350)
        for number, name in ((0x0005, "TLS_RSA_WITH_RC4_128_SHA"), (0x00c6, "TLS_SM4_GCM_SM3"),
                             (0xc0b3, "TLS_ECCPWD_WITH_AES_256_CCM_SHA384"), (0xd005, "TLS_ECDHE_PSK_WITH_AES_128_CCM_SHA256")):
            self.assertEqual(self.all[number]["name"], name)

    @unittest.skipUnless(shutil.which("openssl"), "there is no openssl here")
    def test_openssl_has_the_same_names(self):
        seen = list(openssl_suites())
        self.assertGreater(len(seen), 50)
        for number, name, short in seen:
            self.assertEqual(self.all[number]["name"], name)
            if self.all[number]["implemented"]:
                self.assertEqual(self.all[number]["openssl_name"], short)

    @unittest.skipUnless(shutil.which("gnutls-cli"), "there is no gnutls-cli here")
    def test_gnutls_has_the_same_names(self):
        seen = list(gnutls_suites())
        self.assertGreater(len(seen), 50)
        for number, name in seen:
            self.assertEqual(alike(self.all[number]["name"]), alike(name))

    def test_each_says_why_it_is_off(self):
        for suite in self.all.values():
            self.assertEqual(suite["why_not"] == "", suite["on_by_default"], suite)
            self.assertTrue(suite["implemented"] or not suite["on_by_default"], suite)
            self.assertTrue(suite["versions"], suite)

    def test_what_is_unsafe_says_what_else_it_needs(self):
        names = {suite["name"]: suite["needs"] for suite in self.all.values()}
        self.assertEqual(names["TLS_RSA_WITH_NULL_SHA256"], ["--unsafe-no-encryption"])
        self.assertEqual(names["TLS_ECDH_anon_WITH_NULL_SHA"], ["--unsafe-no-encryption", "--unsafe-anonymous"])
        self.assertEqual(names["TLS_RSA_WITH_AES_128_CBC_SHA"], [])

    def test_filters(self):
        self.assertTrue(all(suite["implemented"] for suite in listed()))
        self.assertTrue(all(suite["on_by_default"] for suite in listed("--default")))
        self.assertEqual({tuple(suite["versions"]) for suite in listed("--tls", "1.3")}, {("TLS 1.3",)})
        self.assertEqual([suite["name"] for suite in listed("0xc02f")], ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"])
        self.assertTrue(all("RC4" in suite["name"] for suite in listed("rc4")))
        self.assertGreater(len(listed("rc4")), 10)

    def test_the_table_tells_the_reason_once_for_all(self):
        table = run("suites", "--all").stdout.decode()
        self.assertIn("On by default, best first\n  0x1301  TLS_AES_128_GCM_SHA256", table)
        self.assertEqual(table.count("RFC 7465"), 1)
        self.assertEqual(len(re.findall(r"^  0x[0-9a-f]{4}  TLS_", table, re.MULTILINE)), len(self.all))

    def test_a_suite_that_is_never_negotiated_is_refused_with_the_reason(self):
        finished = run("connect", "localhost:1", "--suite", "TLS_RSA_WITH_RC4_128_SHA")
        self.assertEqual(finished.returncode, 2)
        self.assertIn("never negotiated. RC4", finished.stderr.decode())

    def test_an_unknown_version_is_named(self):
        finished = run("suites", "--tls", "2.0")
        self.assertEqual(finished.returncode, 2)
        self.assertIn("no TLS version '2.0'", finished.stderr.decode())


if __name__ == "__main__":
    unittest.main(verbosity=2)
