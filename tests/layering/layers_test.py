#!/usr/bin/env python3
"""layers.py finds each kind of violation, and nothing in a clean tree."""

import tempfile
import unittest
from pathlib import Path

from layers import check

CLEAN = {
    "include/handfast/result.hpp": "#include <expected>\n",
    "include/handfast/config.hpp": '#include "handfast/result.hpp"\n',
    "include/handfast/asio.hpp": '#include <asio.hpp>\n#include "handfast/config.hpp"\n',
    "src/base/bytes.hpp": "#include <span>\n",
    "src/wire/reader.hpp": '#include "base/bytes.hpp"\n#include "handfast/result.hpp"\n',
    "src/messages/hello.hpp": '#include "wire/reader.hpp"\n',
    "src/extensions/all.hpp": '#include "messages/hello.hpp"\n',
    "src/crypto/hash.cpp": '#include <openssl/evp.h>\n#include <intel-ipsec-mb.h>\n#include "messages/hello.hpp"\n',
    "src/crypto/zlib.cpp": '#include <zlib.h>\n#include <zstd.h>\n',
    "src/connection.cpp": '#include "handfast/config.hpp"\n#include "crypto/hash.hpp"\n',
    "src/chat/room.cpp": '#include "chat/room.hpp"\n#include "base/bytes.hpp"\n#include "handfast/result.hpp"\n',
    "src/chat/room.hpp": "#include <string>\n",
    "src/net/server.hpp": "#include <asio.hpp>\n",
    "apps/handfast/main.cpp": '#include "net/server.hpp"\n#include "chat/room.hpp"\n#include <CLI/CLI.hpp>\n',
}
VIOLATIONS = [
    ("src/base/x.cpp", '#include "wire/reader.hpp"\n', "points up"),
    ("src/base/x.cpp", '#include "../wire/reader.hpp"\n', "points up"),
    ("src/wire/x.hpp", '#include <messages/hello.hpp>\n', "points up"),
    ("src/crypto/x.cpp", '#include "net/server.hpp"\n', "points up"),
    ("src/messages/x.cpp", '#include "extensions/all.hpp"\n', "include each other"),
    ("src/connection.cpp", "#include <openssl/ssl.h>\n", "crypto library"),
    ("apps/handfast/x.cpp", "  #  include <openssl/ssl.h>\n", "crypto library"),
    ("src/record/x.cpp", "#include <intel-ipsec-mb.h>\n", "crypto library"),
    ("include/handfast/x.hpp", "#include <openssl/ssl.h>\n", "crypto library"),
    ("src/handshake/x.cpp", "#include <zlib.h>\n", "compression library"),
    ("src/record/x.cpp", "#include <brotli/decode.h>\n", "compression library"),
    ("include/handfast/x.hpp", '#include "base/bytes.hpp"\n', "public header"),
    ("src/chat/x.cpp", '#include "wire/reader.hpp"\n', "base only"),
    ("src/chat/x.cpp", '#include "handfast/config.hpp"\n', "base only"),
    ("src/net/x.cpp", '#include "chat/room.hpp"\n', "may not include chat"),
    ("src/chat/x.cpp", "#include <asio.hpp>\n", "do I/O"),
    ("src/trace/x.cpp", "#include <sys/socket.h>\n", "do I/O"),
    ("src/helpers/x.cpp", "#include <span>\n", "no place"),
]


def faults_of(tree: dict[str, str]) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in tree.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return check(Path(folder))


class Layers(unittest.TestCase):
    def test_clean_tree(self):
        self.assertEqual(faults_of(CLEAN), [])

    def test_violations(self):
        for name, text, expected in VIOLATIONS:
            with self.subTest(name=name, text=text):
                faults = faults_of({**CLEAN, name: text})
                self.assertEqual(len(faults), 1, faults)
                self.assertIn(expected, faults[0])


if __name__ == "__main__":
    unittest.main()
