"""That check_layers.py lets through what layers.txt allows and nothing else. Run by ctest."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

import check_layers

LAYERS = "core/base:\ncore/event: base proto\ncore/model: base\nengine: base event\n"


class Project(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.write("layers.txt", LAYERS)

    def write(self, path, text):
        file = pathlib.Path(self.folder.name, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def refuses(self, path, text, *words):
        self.write(path, text)
        wrong, _ = check_layers.check(self.folder.name)
        self.assertEqual(len(wrong), 1, wrong)
        for word in words:
            self.assertIn(word, wrong[0])

    def accepts(self, path, text):
        self.write(path, text)
        self.assertEqual(check_layers.check(self.folder.name)[0], [])

    def test_accepts_what_a_line_names(self):
        self.accepts("engine/log.cpp", '#include "engine/log.hpp"\n#include <thread>\n#include "event/event.hpp"\n#include "base/error.hpp"\n')

    def test_accepts_generated_code_where_proto_is_named(self):
        self.accepts("core/event/codec.cpp", '#include "proto/event.pb.h"\n')

    def test_refuses_an_include_upwards(self):
        self.refuses("core/base/keys.cpp", '#include <cstdint>\n#include "event/event.hpp"\n', "core/base/keys.cpp:2:", "may not use event")

    def test_refuses_what_is_only_reachable_over_another_folder(self):
        self.refuses("engine/log.cpp", '#include "proto/event.pb.h"\n', "may not use proto")

    def test_refuses_an_upward_include_in_angle_brackets(self):
        self.refuses("core/base/keys.cpp", "#include <engine/engine.hpp>\n", "may not use engine")

    def test_refuses_a_path_that_climbs(self):
        self.refuses("core/base/keys.cpp", '#include "../event/event.hpp"\n', "root of its layer")

    def test_refuses_a_cycle_in_the_layers(self):
        self.refuses("layers.txt", "core/base: event\ncore/event: base\n", "layers.txt:1:", "cycle")

    def test_refuses_a_folder_without_a_line(self):
        self.refuses("core/stray/x.cpp", "", "has no line in layers.txt")

    def test_refuses_threads_in_the_core(self):
        self.refuses("core/base/pool.cpp", "#include <thread>\n", "<thread>")

    def test_refuses_a_clock_in_the_core(self):
        self.refuses("core/base/now.cpp", "auto t = std::chrono::steady_clock::now();\n", "reads a clock")
        self.refuses("core/base/now.cpp", "auto t = time(nullptr);\n", "reads a clock")

    def test_refuses_files_in_the_core_but_not_in_its_model_folder(self):
        self.accepts("core/model/store.cpp", "#include <filesystem>\n")
        self.refuses("core/event/reader.cpp", "#include <fstream>\n", "<fstream>")

    def test_lets_tests_of_the_core_use_threads(self):
        self.accepts("core/base/executor_test.cpp", "#include <thread>\n")
        self.accepts("core/base/four_threads_test.hpp", "#include <thread>\n")

    def test_does_not_read_comments_or_strings(self):
        self.accepts("core/base/words.cpp", '// never steady_clock::now()\nauto s = "time(nullptr)";\n')

    def test_keeps_a_library_to_its_place(self):
        self.refuses("engine/log.cpp", "#include <restinio/all.hpp>\n", "kept to server/http_server.cpp")

    def test_wants_the_own_header_first(self):
        self.accepts("core/base/keys.cpp", '#include "base/keys.hpp"\n\n#include <array>\n')
        self.refuses("core/base/keys.cpp", '#include <array>\n#include "base/keys.hpp"\n', "core/base/keys.cpp:1:", "first include")

    def test_ends_with_a_failure_and_names_the_place(self):
        self.write("core/base/keys.cpp", '#include "event/event.hpp"\n')
        tool = pathlib.Path(__file__).with_name("check_layers.py")
        done = subprocess.run([sys.executable, tool, self.folder.name], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("core/base/keys.cpp:1:", done.stdout)


if __name__ == "__main__":
    unittest.main()
