#!/usr/bin/env python3
"""Holds functions to 60 lines and files to 400, unless a comment gives the reason in the words "Long because …".

    tools/check_sizes.py [root of the project]

The reason of a file stands in its first 40 lines, that of a function in the comment above it or inside it. Functions are found
by their braces, which is enough for sources that clang-format wrote. Prints what is too long without a reason, then one line
with the medians, so that a drift is seen before it is a violation.
"""

import pathlib
import re
import statistics
import sys

import own_sources

FILE_LINES, FUNCTION_LINES, REASON = 400, 60, re.compile(r"Long because \w+")
_TYPE = re.compile(r"\b(namespace|class|struct|enum|union)\b[^()]*$|\bextern\s*\"\"\s*$")


def functions(code):
    """(name, first line, last line) of every outermost function body; `code` has no comments and no strings."""
    depth_of_function, depth, head, name, start = None, 0, 0, "", 0
    for match in re.finditer(r"[{};]", code):
        sign, at = match.group(), match.start()
        if sign == "{":
            before = code[head:at]
            if depth_of_function is None and "(" in before and not _TYPE.search(before.split(")")[-1] if ")" in before else before):
                depth_of_function = depth
                name = re.sub(r"\s+", " ", before.split("(")[0]).strip().split(" ")[-1]
                start = code.count("\n", 0, at) + 1
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth == depth_of_function:
                depth_of_function = None
                yield name, start, code.count("\n", 0, at) + 1
        head = at + 1


def check(path, text):
    """What is too long in one file, and the lengths of its functions."""
    lines = text.splitlines()
    wrong, lengths = [], []
    if len(lines) > FILE_LINES and not REASON.search("\n".join(lines[:40])):
        wrong.append(f"{path}:1: {len(lines)} lines; part it, or say \"Long because …\" in its head comment")
    for name, first, last in functions(own_sources.code_of(text)):
        lengths.append(last - first + 1)
        if lengths[-1] > FUNCTION_LINES and not REASON.search("\n".join(lines[max(0, first - 8):last])):
            wrong.append(f"{path}:{first}: {name} has {lengths[-1]} lines; part it, or say \"Long because …\" above it")
    return wrong, lengths


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    wrong, functions_, files = [], [], []
    for path in own_sources.files(root):
        text = (root / path).read_text(encoding="utf-8")
        found, lengths = check(path, text)
        wrong += found
        functions_ += lengths
        files.append(text.count("\n"))
    print(*wrong, sep="\n", end="\n" if wrong else "")
    if files and functions_:
        print(f"sizes: {len(files)} files, median {statistics.median(files):.0f} lines, {sum(n > 250 for n in files)} over 250; "
              f"{len(functions_)} functions, median {statistics.median(functions_):.0f} lines, {sum(n > 25 for n in functions_)} over 25")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
