"""That check_sizes.py finds functions where they are and asks for a reason where they are long. Run by ctest."""

import unittest

import check_sizes
import own_sources


def found(code):
    return [(name, last - first + 1) for name, first, last in check_sizes.functions(own_sources.code_of(code))]


class Sizes(unittest.TestCase):
    def test_finds_functions_in_namespaces_and_classes(self):
        code = "namespace a {\nclass B : C {\n    int d() const {\n        if (x) { y(); }\n        return 1;\n    }\n};\nint e() { return 2; }\n}\n"
        self.assertEqual(found(code), [("d", 4), ("e", 1)])

    def test_takes_initialisers_and_trailing_returns_as_parts_of_a_function(self):
        self.assertEqual(found("A::A(int b) : b_(b) {\n}\nauto f(int x) -> int {\n}\n"), [("A::A", 2), ("f", 2)])

    def test_does_not_take_a_table_for_a_function(self):
        self.assertEqual(found("struct A {\n    int b = 1;\n};\nconst int c[] = {1, 2};\n"), [])

    def test_counts_a_lambda_to_the_function_around_it(self):
        self.assertEqual(found("void f() {\n    g([](int x) {\n        return x;\n    });\n}\n"), [("f", 5)])

    def test_asks_a_long_function_for_a_reason(self):
        body = "void f() {\n" + "    g();\n" * 60 + "}\n"
        self.assertEqual(len(check_sizes.check("a.cpp", body)[0]), 1)
        self.assertEqual(check_sizes.check("a.cpp", "// Long because it lists all fields once.\n" + body)[0], [])

    def test_asks_a_long_file_for_a_reason(self):
        self.assertEqual(len(check_sizes.check("a.cpp", "int x;\n" * 401)[0]), 1)
        self.assertEqual(check_sizes.check("a.cpp", "// Long because generated.\n" + "int x;\n" * 401)[0], [])


if __name__ == "__main__":
    unittest.main()
