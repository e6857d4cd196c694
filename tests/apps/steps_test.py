#!/usr/bin/env python3
"""`handfast demo` step by step: the classic handshake is the golden ladder, other flows number what they have.

HANDFAST_UPDATE=1 writes the golden ladder anew; read the difference."""

import os
import re
import unittest
from pathlib import Path

from tool import run

GOLDEN = Path(__file__).resolve().parent / "golden" / "classic_ladder.txt"
STEP = re.compile(r"[─═ ] (\d+) ([A-Z][A-Za-z ]*?) [─═ ]")
MASKS = [  # of the same width, so that the columns stay
    (re.compile(r"\b[0-9a-f]{8}\.\.\."), lambda found: "x" * 8 + "..."),
    (re.compile(r"\b\d{4}-\d\d-\d\d\b"), lambda found: "YYYY-MM-DD"),
]
ELAPSED = re.compile(r"connected after [0-9.]+ ms( *)")
MASKED_TIME = "connected after T.T ms"


def masked(ladder):
    """Randoms, signatures, dates and times masked. A time may be longer or shorter: the blanks behind it make up for it."""
    for pattern, replacement in MASKS:
        ladder = pattern.sub(replacement, ladder)
    return ELAPSED.sub(lambda found: MASKED_TIME.ljust(len(found[0])) if found[1] else MASKED_TIME, ladder)


def ladder_of(*arguments):
    finished = run("demo", *arguments)
    output = finished.stdout.decode()
    assert finished.returncode == 0, output + finished.stderr.decode()
    return output


def steps(ladder):
    return [f"{number} {name}" for number, name in STEP.findall(ladder)]


CLASSIC = ["1 Client Hello", "2 Server Hello", "3 Certificate", "4 Certificate Request", "5 Server Key Exchange",
           "6 Server Hello Done", "7 Certificate", "8 Client Key Exchange", "9 Certificate Verify",
           "10 Change Cipher Spec", "11 Finished", "12 Change Cipher Spec", "13 Finished", "14 Encrypted Data"]


class Steps(unittest.TestCase):
    maxDiff = None

    def test_the_classic_handshake_has_the_fourteen_steps_of_the_textbooks(self):
        self.assertEqual(steps(ladder_of("--classic")), CLASSIC)

    def test_the_classic_handshake_is_the_golden_ladder(self):
        seen = masked(ladder_of("--classic"))
        if os.environ.get("HANDFAST_UPDATE"):
            GOLDEN.write_text(seen)
        self.assertEqual(seen, GOLDEN.read_text())

    def test_a_key_exchange_of_the_server_stands_where_it_is_sent(self):
        expected = CLASSIC.copy()
        expected[3:5] = ["4 Server Key Exchange", "5 Certificate Request"]
        ladder = ladder_of("--tls", "1.2", "--suite", "ECDHE-RSA-AES128-GCM-SHA256")
        self.assertEqual(steps(ladder), expected)
        self.assertIn("signs both randoms", ladder)

    def test_tls13_has_steps_of_its_own(self):
        self.assertEqual(steps(ladder_of("--tls", "1.3")), [
            "1 Client Hello", "2 Server Hello", "3 Change Cipher Spec", "4 Encrypted Extensions",
            "5 Certificate Request", "6 Certificate", "7 Certificate Verify", "8 Finished", "9 Change Cipher Spec",
            "10 Certificate", "11 Certificate Verify", "12 Finished", "13 Encrypted Data"])

    def test_a_flow_that_cannot_be_is_refused_in_words(self):
        for arguments, words in ((["--suite", "TLS_NO_SUCH"], "there is no cipher suite"), (["--tls", "0.9"], "there is no TLS version"),
                                 (["--tls", "1.3", "--suite", "AES128-SHA"], "options that do not go together: suites: none is for TLS 1.3")):
            finished = run("demo", *arguments)
            self.assertEqual(finished.returncode, 2, finished.stdout)
            self.assertIn("handfast demo: " + words, finished.stderr.decode())


if __name__ == "__main__":
    unittest.main(verbosity=2)
