#!/usr/bin/env python3
"""awaits.py accepts the allowed forms and finds the others."""

import unittest

from awaits import check_text

ALLOWED = [
    "co_await send(x);",
    "TRY(check(x));",
    "auto x = co_await expect<ServerHello>();",
    "auto x = co_await pair<A, B>(f([&] { return g(); }));",
    "auto x = TRY(parse(Foo{a, b}, c ? d : e));",
    "const auto& x = TRY(parse(a));",
    "auto* x = TRY(find(a));",
    "std::optional<Chain> chain = co_await maybe<Certificate>();",
    "const uint8_t n =\n      TRY(read(a));",
    "if (wanted(Foo{1})) co_await send(x);",
    "if (wanted)\n    co_await send(x);\n  else\n    co_await other();",
    "if (a) { b(); } else if (c) TRY(d());",
    "for (int i = 0; i < 3; ++i) co_await send(i);",
    "for (auto& x : list) TRY(check(x));",
    "while (more()) co_await step();",
    "switch (a) { case A: co_await b(); break; default: TRY(c()); }",
    "co_await step();  // never inside g(co_await x)",
    'log("TRY(x) co_await {}", a);',
    "auto done = [&]() -> Result<void> { TRY(check()); return {}; };",
    "RETRY(a, b);",
    "int big = 1'000; auto x = co_await f(1'000);",
]
REFUSED = [
    "P{make(), TRY(x)};",
    "return P{make(), TRY(x)};",
    "auto p = P{S(), co_await x};",
    "auto p = P{co_await x, S()};",
    "auto p = P{co_await x};",
    "auto p{co_await x};",
    "auto p(TRY(x));",
    "f(co_await x);",
    "f(1, TRY(x));",
    "auto y = f(TRY(x));",
    "auto y = TRY(f(TRY(x)));",
    "auto y = c ? co_await x : z;",
    "auto y = co_await x ? a : b;",
    "auto y = TRY(x) + 1;",
    "auto y = TRY(x).size();",
    "auto y = 1 + TRY(x);",
    "return TRY(x);",
    "co_return co_await x;",
    "if (co_await x) y();",
    "if (auto x = TRY(y); x) z();",
    "for (auto x : TRY(y)) z();",
    "auto [a, b] = co_await x;",
    "x = co_await y;",
    "this->x = TRY(y);",
    "(void)TRY(y);",
    "auto y = (co_await x).value;",
]


class Awaits(unittest.TestCase):
    def test_allowed(self):
        for text in ALLOWED:
            with self.subTest(text):
                self.assertEqual(check_text(f"Flow f() {{\n  a();\n  {text}\n  b();\n}}\n"), [])

    def test_refused(self):
        for text in REFUSED:
            with self.subTest(text):
                self.assertTrue(check_text(f"Flow f() {{\n  a();\n  {text}\n  b();\n}}\n"))

    def test_names_the_line(self):
        self.assertEqual(check_text("Flow f() {\n  a();\n\n  f(co_await x);\n}\n"), [4])

    def test_macro_definitions_are_no_use(self):
        self.assertEqual(check_text("#define TRY(x) \\\n  ({ auto r = x; \\\n  f(TRY(y)); })\nint a;\n"), [])


if __name__ == "__main__":
    unittest.main()
