#!/usr/bin/env python3
"""Runs clang-tidy over our own sources, side by side, and only over what changed since it last found nothing there.

    tools/tidy.py [file.cpp …]      all sources if none is named

A source counts as unchanged while its own text, the text of every header of ours that it reaches, its compile command and
.clang-tidy are what they were; the proofs lie in build/tidy/. Needs build/release/compile_commands.json and the generated
headers (tools/check.sh makes both). Sources are read without the precompiled header, so that one which rests on it is found.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

import own_sources

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "release"
PROOFS = ROOT / "build" / "tidy"
TIDY = "clang-tidy-22"
PRECOMPILED = re.compile(r" -fpch-preprocess\b| -Winvalid-pch -include \S*/cmake_pch\.hxx")


def reached_from(source, seen):
    """Adds to `seen` the source and every file of ours that it includes, directly or not."""
    if source in seen:
        return
    seen.add(source)
    for _, _, target in own_sources.includes_of(source.read_text(encoding="utf-8")):
        for base in (ROOT / "core", ROOT, BUILD / "generated"):
            if (base / target).is_file():
                reached_from(base / target, seen)
                break


def fingerprint(source, command):
    reached = set()
    reached_from(source, reached)
    # Without the folder's name, so that the proofs may be taken along to another clone.
    digest = hashlib.sha256((ROOT / ".clang-tidy").read_bytes() + command.replace(str(ROOT), "").encode())
    for path in sorted(reached):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def tidy(source, command):
    """(what clang-tidy found, seconds); nothing and 0 where an earlier run proved the same text clean."""
    proof = PROOFS / fingerprint(source, command)
    if proof.exists():
        return "", 0.0
    start = time.monotonic()
    done = subprocess.run([TIDY, "-p", PROOFS, "--quiet", source], capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode == 0 and not done.stdout.strip():
        proof.touch()
        return "", time.monotonic() - start
    return done.stdout or done.stderr or f"{source}: {TIDY} ended with {done.returncode}\n", time.monotonic() - start


def main():
    PROOFS.mkdir(parents=True, exist_ok=True)
    entries = json.loads((BUILD / "compile_commands.json").read_text())
    for entry in entries:
        entry["command"] = PRECOMPILED.sub("", entry["command"])
    (PROOFS / "compile_commands.json").write_text(json.dumps(entries))
    commands = {entry["file"]: entry["command"] for entry in entries}
    chosen = {(ROOT / name).resolve() for name in sys.argv[1:] or own_sources.files(ROOT)}
    jobs = {source: commands[str(source)] for source in sorted(chosen) if str(source) in commands}
    start = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS", os.cpu_count()))) as pool:
        results = []
        for text, seconds in pool.map(tidy, jobs, jobs.values()):
            print(text, end="", flush=True)
            results.append((text, seconds))
    words = [text for text, _ in results if text]
    ran = sorted(((seconds, source.relative_to(ROOT)) for source, (_, seconds) in zip(jobs, results) if seconds), reverse=True)
    slowest = f"; slowest {ran[0][1]} {ran[0][0]:.1f} s" if ran else ""
    print(f"clang-tidy: {len(jobs)} sources, {len(ran)} of them changed, {len(words)} with findings, "
          f"{time.monotonic() - start:.1f} s{slowest}")
    sys.exit(1 if words else 0)


if __name__ == "__main__":
    main()
