"""The C++ files that people wrote, and what they say once comments and strings are taken out.

As a program it prints their paths, one a line.
"""

import pathlib
import re

_LAYERS = pathlib.Path(__file__).resolve().parent.parent / "layers.txt"
# The folders of layers.txt: core and the hosts.
LAYERED = tuple(dict.fromkeys(re.findall(r"^([a-z_]+)[/:]", _LAYERS.read_text(encoding="utf-8"), re.M)))
_WORDS = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.S)
_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def files(root, folders=LAYERED + ("jvm", "tests", "bench")):
    """Paths of all .cpp and .hpp files of the folders, relative to root, sorted."""
    found = []
    for folder in folders:
        base = pathlib.Path(root, folder)
        found += [path.relative_to(root) for path in base.rglob("*.?pp") if path.suffix in (".cpp", ".hpp")]
    return sorted(found)


def code_of(text):
    """The text without comments and literals; lines stay where they are."""
    def blank(match):
        word = match.group()
        return re.sub(r"[^\n]", " ", word) if word[0] == "/" else '""' + "\n" * word.count("\n")

    return _WORDS.sub(blank, text)


def includes_of(text):
    """(line number, '<' or '\"', path) of every include."""
    return [(text.count("\n", 0, m.start(2)) + 1, m.group(1), m.group(2)) for m in _INCLUDE.finditer(text)]


if __name__ == "__main__":
    for file in files(pathlib.Path(__file__).parent.parent):
        print(file)
