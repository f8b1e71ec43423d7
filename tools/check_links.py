#!/usr/bin/env python3
"""Holds the links of the documents to files that are there.

    tools/check_links.py [root of the project]

Looks at every relative link and picture of every .md file; a heading named after # is not looked for.
"""

import pathlib
import re
import sys

_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.S)


def broken(root):
    """`file:line: link` for every link to nothing."""
    for document in sorted(root.rglob("*.md")):
        if {"build", "node_modules", ".git"} & set(document.relative_to(root).parts):
            continue
        text = _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code.group()), document.read_text(encoding="utf-8"))
        for match in _LINK.finditer(text):
            target = match.group(1)
            if not re.match(r"[a-z]+:", target) and not (document.parent / target).exists():
                yield f"{document.relative_to(root)}:{text.count(chr(10), 0, match.start()) + 1}: {target} is not there"


def main():
    wrong = list(broken(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)))
    print(*wrong, "links: all lead somewhere" if not wrong else f"links: {len(wrong)} lead nowhere", sep="\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
