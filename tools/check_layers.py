#!/usr/bin/env python3
"""Holds every include to layers.txt, and core/ to being free of effects.

    tools/check_layers.py [root of the project]

A folder may include itself, what its line in layers.txt names, and what lies outside of the project. Beyond that
  - layers.txt itself has no cycle and no unknown folder, and is written from the bottom up;
  - core/ has no threads, clocks, sockets, environment or device randomness, and no files outside of core/model
    (tests and benchmarks of core/, and headers named like them, may use what they need to try it);
  - a .cpp begins with its own header;
  - some libraries stay in the one place that hides them (KEPT_TO).
Prints one line for each violation, `file:line: what and what to do`, and exits with 1 if there is any.
"""

import pathlib
import re
import sys

import own_sources

# Library headers that only one folder or file may include, and why.
KEPT_TO = {
    "restinio/": ("server/http_server.cpp", "it costs every file that sees it a quarter of a minute"),
    "asio": ("server/http_server.cpp", "only the HTTP host has sockets"),
    "CLI/": ("cli/main.cpp", "it costs every file that sees it eight seconds"),
    "rocksdb/": ("engine/", "only the embedded host stores anything"),
    "prometheus/": ("server/", "only the server is asked for metrics"),
}
# The one place of core/ where what an executor runs side by side may meet: working memory is borrowed under a lock.
LOCKS_IN = {"core/base/pool.hpp"}
THREADS = {"thread", "mutex", "shared_mutex", "condition_variable", "future", "semaphore", "latch", "barrier", "stop_token",
           "pthread.h", "omp.h"}
SOCKETS = {"sys/socket.h", "sys/un.h", "netdb.h", "poll.h", "sys/epoll.h", "curl/curl.h"}
FILES = {"fstream", "filesystem", "cstdio", "stdio.h", "fcntl.h", "unistd.h", "sys/stat.h", "sys/mman.h", "sys/file.h"}
EFFECTS = {  # what no code of core/ may call
    r"\b\w*_clock\s*::\s*now\b": "reads a clock; take the time as an argument",
    r"(?<![\w.>:])(?:std::)?(?:time|clock)\s*\(\s*(?:nullptr|NULL|0|&\w+)?\s*\)": "reads a clock; take the time as an argument",
    r"\b(?:clock_gettime|gettimeofday)\b": "reads a clock; take the time as an argument",
    r"\brandom_device\b|(?<![\w.>])s?rand\s*\(": "draws randomness; take a seed as an argument",
    r"\bgetenv\b": "reads the environment; take the setting as an argument",
    r"\bstd::(?:cout|cerr|clog)\b": "prints; return the text",
}


def read_layers(text):
    """({folder: folders it may use}, [what is wrong with the file])."""
    layers, wrong = {}, []
    for number, line in enumerate(text.splitlines(), 1):
        line = line.split("#")[0].strip()
        if not line:
            continue
        folder, colon, below = line.partition(":")
        if not colon:
            wrong.append(f"layers.txt:{number}: a line is `folder: folder folder …`")
            continue
        below = below.split()
        known = {name.removeprefix("core/") for name in layers} | {"proto"}
        for name in below:
            if name not in known:
                wrong.append(f"layers.txt:{number}: {folder} uses {name}, which stands in no line above it; "
                             "a folder stands below everything that it uses, or there would be a cycle")
        layers[folder.strip()] = below
    return layers, wrong


def folder_of(path, layers):
    """The line of layers.txt that a path belongs to: core/base/top_k.hpp → core/base."""
    parts = pathlib.PurePosixPath(path).parts
    for length in (2, 1):
        if "/".join(parts[:length]) in layers:
            return "/".join(parts[:length])
    return None


def check_include(path, folder, quote, target, layers):
    """What is wrong with one include of a file in `folder`, or None."""
    for prefix, (home, why) in KEPT_TO.items():
        if target.startswith(prefix) and not str(path).startswith(home):
            return f"<{target}> is kept to {home}: {why}"
    names = {name.removeprefix("core/") for name in layers} | {"proto"}
    top = target.split("/")[0]
    if quote == '"' and (target.startswith(".") or "/" not in target):
        return f'"{target}" is not written from the root of its layer, as in "base/error.hpp"'
    own = folder.removeprefix("core/")
    if "/" in target and top in names and top != own and top not in layers[folder]:
        return f'"{target}": {folder} may not use {top}; layers.txt allows {" ".join(layers[folder]) or "nothing"}'
    return None


def check_effects(path, text):
    """(line, what is wrong) for each effect in a file of core/."""
    banned = THREADS | SOCKETS | (set() if path.parts[1] == "model" else FILES)
    if path.as_posix() in LOCKS_IN:
        banned = banned - {"mutex"}
    for number, _, target in own_sources.includes_of(text):
        if target in banned:
            yield number, f"<{target}> has no place in {'/'.join(path.parts[:2])}: the hosts own threads, sockets and files"
    code = own_sources.code_of(text)
    for pattern, what in EFFECTS.items():
        for match in re.finditer(pattern, code):
            yield code.count("\n", 0, match.start()) + 1, f"`{match.group().strip()}` {what}"


def check_own_header(path, text):
    """(line, what is wrong) if x.cpp does not begin with x.hpp of its folder, which proves that x.hpp compiles alone."""
    own = path.with_suffix(".hpp")
    name = "/".join(own.parts[1:]) if own.parts[0] == "core" else own.as_posix()
    found = own_sources.includes_of(text)
    if path.suffix == ".cpp" and any(target == name for _, _, target in found) and found[0][2] != name:
        yield found[0][0], f'"{name}" is not the first include; put it there, so that it is proved to compile alone'


def check_file(path, text, layers):
    folder = folder_of(path, layers)
    if folder is None:
        return [f"{path}:1: its folder has no line in layers.txt"]
    wrong = []
    for number, quote, target in own_sources.includes_of(text):
        found = check_include(path.as_posix(), folder, quote, target, layers)
        if found:
            wrong.append((number, found))
    wrong += check_own_header(path, text)
    if path.parts[0] == "core" and not re.search(r"_(test|benchmark|fuzz)\.[ch]pp$", path.name):
        wrong += check_effects(path, text)
    return [f"{path}:{number}: {what}" for number, what in sorted(wrong)]


def check(root):
    """All violations under root, and the number of files looked at."""
    layers, wrong = read_layers(pathlib.Path(root, "layers.txt").read_text(encoding="utf-8"))
    if wrong:
        return wrong, 0
    paths = own_sources.files(root, own_sources.LAYERED)
    for path in paths:
        wrong += check_file(path, pathlib.Path(root, path).read_text(encoding="utf-8"), layers)
    return wrong, len(paths)


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent
    wrong, files = check(root)
    for line in wrong:
        print(line)
    print(f"layers: {files} files, {len(wrong)} violations" if wrong else f"layers: {files} files keep to layers.txt")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
