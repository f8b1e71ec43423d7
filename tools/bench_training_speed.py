#!/usr/bin/env python3
"""How fast training and search are: make bench BENCH=training-speed (PUBLISHED=folder THREADS=2 REPEATS=5 ROWS=1000000 PEERS=1).

Gowalla (neighbours, factors) and Diginetica (sessions) are read from PUBLISHED; what is not there is named and skipped. Every trial
(bench/training_speed) checks its answers and stops where one is wrong: neighbours against maps in double, factors by their loss,
products against multiplying everything, session queries against a plain form; the bytes of training on 1, 2, 3 and 4 threads.

Beside us, on the same data, threads and machine, in the same run: implicit and hnswlib (tools/bench_peers.txt, installed into
build/peers; PEERS=0 leaves them out). Factors are compared at equal loss: both minimise the same one, and what counts is the time from
nothing until the loss that the peer ends with.

A figure is the best of its repeats, beside it their median, and the processor time divided by the threads: what it would take
on a machine that does nothing else. The load of the machine is printed. Writes build/bench-training-speed.json.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import venv

PUBLISHED = pathlib.Path(os.environ.get("PUBLISHED", "data/published"))
THREADS = int(os.environ.get("THREADS", "2"))
REPEATS = int(os.environ.get("REPEATS", "5"))
ROWS = int(os.environ.get("ROWS", "1000000"))
PEERS = os.environ.get("PEERS", "1") != "0"
TRIALS = "build/release/vitrina_training_speed"
GOWALLA = ("gowalla/train.txt.gz", "gowalla/valid.txt.gz", "gowalla/test.txt.gz")
DIGINETICA = ("diginetica/train_sessions.txt.gz", "diginetica/test_prefixes.txt.gz")
ENOUGH = 1.001  # a loss this many times the peer's counts as reached

rows, all_said = [], {}


def said(name, command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{name} failed: {done.stderr.strip()[-2000:]}")
    all_said[name] = json.loads(done.stdout.strip().splitlines()[-1])
    return all_said[name]


def trial(name, *arguments, out):
    return said(name, [TRIALS, name.split()[0], out, THREADS, REPEATS, *arguments])


def peer_python():
    python = pathlib.Path("build/peers/bin/python")
    wanted = pathlib.Path("tools/bench_peers.txt").read_text(encoding="utf-8")
    stamp = pathlib.Path("build/peers/installed")
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        venv.create("build/peers", with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", "tools/bench_peers.txt"], check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return python


def peer(name, what, *arguments, out):
    return said(name, [peer_python(), "tools/bench_training_speed_peers.py", what, out, THREADS, *arguments])


def missing(files):
    gone = [name for name in files if not (PUBLISHED / name).exists()]
    if gone:
        print(f"skipped: data not found ({PUBLISHED}/{gone[0]}; say PUBLISHED=folder)")
    return bool(gone)


def row(what, value, median, quiet, beside, aim="", met=None, met_quiet=None):
    """`met` is by the wall clock, `met_quiet` by processor time, which other load of the machine disturbs less."""
    rows.append({"what": what, "best": value, "median": median, "quiet": quiet, "beside": beside, "aim": aim, "met": met, "met_quiet": met_quiet})
    verdict = "" if met is None else "met" if met else "MISSED, met when quiet" if met_quiet else "MISSED"
    print(f"{what:<46} {value:>12} {median:>12} {quiet:>12}  {beside:<62} {aim:<22} {verdict}", flush=True)


def seconds(times):
    """(best wall, median wall, best processor time a thread)"""
    return min(times["wall"]), statistics.median(times["wall"]), min(times["processor"]) / THREADS


def text(number, unit):
    return f"{number:,.0f} {unit}" if number >= 1000 else f"{number:.3g} {unit}"


def time_row(what, times, beside, limit):
    best, median, quiet = seconds(times)
    row(what, text(best, "s"), text(median, "s"), text(quiet, "s"), beside, f"<= {limit} s", best <= limit, quiet <= limit)


def neighbours(files, out):
    ours = trial("item-item", *files, out=out)
    beside = f"{ours['pair_updates'] / 1e6:.1f} M updates; {ours['peak_mib']:,.0f} MiB, {ours['model_mib']:,.0f} of them the model"
    if PEERS:
        best = min(one["wall"] for one in peer("implicit cosine", "neighbours", out=out))
        beside = f"implicit cosine {best:.2f} s; " + beside
    time_row("item-item, Gowalla", ours["seconds"], beside, 0.5)


def at_equal_loss(rank, ours, out):
    """Rows of the table: implicit with three steps of conjugate gradients, as it comes, and with an exact solver."""
    loss = peer(f"loss {rank}", "loss", rank, ours["unobserved"], ours["regularisation"], out=out)
    for line in ours["judged"]:
        line["loss"] = loss[str(line["epochs"])]
    for name, kind, epochs in (("CG-3", "cg", 12), ("Cholesky", "cholesky", 4)):
        theirs = peer(f"implicit {kind} {rank}", "factors", rank, ours["unobserved"], ours["regularisation"], kind, epochs, out=out)
        # What it reaches at its end, and the fewest epochs after which either side has reached that.
        wanted = theirs[-1]["loss"] * ENOUGH
        their_first = next(line for line in theirs if line["loss"] <= wanted)
        our_first = next((line for line in ours["judged"] if line["loss"] <= wanted), None)
        epoch_s = (theirs[-1]["wall"] - theirs[0]["wall"]) / (theirs[-1]["epochs"] - theirs[0]["epochs"])
        beside = f"implicit {name} {their_first['wall']:.2f} s, {their_first['epochs']} epochs, {epoch_s:.2f} s each, loss {their_first['loss']:,.0f}"
        what = f"iALS d {rank} until implicit {name}'s loss"
        if our_first is None:
            row(what, "never", "", "", beside, "sooner", False)
            continue
        ours_quiet, theirs_quiet = our_first["processor"] / THREADS, their_first["processor"] / THREADS
        row(what, text(our_first["wall"], "s"), f"{our_first['epochs']} epochs", text(ours_quiet, "s"),
            beside + f" (quiet {theirs_quiet:.2f} s)", "sooner", our_first["wall"] < their_first["wall"], ours_quiet < theirs_quiet)


def factors(rank, files, out, limit):
    ours = trial(f"ials {rank}", rank, *files, out=out)
    best, _, quiet = seconds(ours["epoch_seconds"])
    peak = ours["fma_peak_gflops_a_thread"] * THREADS
    share, quiet_share = ours["textbook_gflop"] / best / peak, ours["textbook_gflop"] / quiet / peak
    time_row(f"iALS epoch, Gowalla d {rank}", ours["epoch_seconds"],
             f"{ours['done_gflop']:.1f} Gflop done, {ours['textbook_gflop']:.0f} by the textbook; {ours['peak_mib']:,.0f} MiB", limit)
    row(f"  its share of the FMA peak, d {rank}", f"{100 * share:.0f} %", "", f"{100 * quiet_share:.0f} %",
        f"textbook's flop; done: {100 * ours['done_gflop'] / quiet / peak:.0f} % quiet; peak {peak:.0f} Gflop/s", ">= 45 %", share >= 0.45, quiet_share >= 0.45)
    if PEERS:
        at_equal_loss(rank, ours, out)


def products(out):
    for kind in ("factors", "alike"):
        ours = trial(f"products {kind}", ROWS, kind, out=out)
        best, median, quiet = seconds(ours["seconds"])
        asked = ours["queries"]
        alone = min(ours["seconds_alone"]["processor"]) / ours["queries_alone"]
        beside = f"recall {ours['recall']:.3f}; one at a time {1e3 * alone:.2f} ms; made in {ours['making_s']:.1f} s; {ours['copy_mib']:.0f} MiB"
        row(f"best 100 of {ROWS:,} x 64, {kind}", text(asked / best, "/s"), text(asked / median, "/s"), text(asked / quiet, "/s"), beside,
            ">= 4,200 /s, 1.000", asked / best >= 4200 and ours["recall"] == 1, asked / quiet >= 4200 and ours["recall"] == 1)
        if PEERS and kind == "factors":
            theirs = peer("hnswlib", "products", ours["columns"], ours["best"], 100, out=out)
            for line in theirs["asked"]:
                best, median, quiet = seconds(line["seconds"])
                row(f"  hnswlib, ef {line['ef']}", text(line["queries"] / best, "/s"), text(line["queries"] / median, "/s"),
                    text(line["queries"] / quiet, "/s"), f"recall {line['recall']:.3f}; made in {theirs['making']['wall']:.0f} s")


def sessions(files, out):
    ours = trial("sessions", *files, out=out)
    for name, limit in (("p50", 40), ("p99", 300)):
        taken = [one[f"{name}_us"] for one in ours["rounds"]]
        row(f"session query, Diginetica, {name}", text(min(taken), "us"), text(statistics.median(taken), "us"),
            text(ours["fastest_of_rounds"][f"{name}_us"], "us"), f"HR@20 {100 * ours['hr@20']:.1f} %; {ours['queries']:,} queries; {ours['peak_mib']:,.0f} MiB",
            f"<= {limit} us", min(taken) <= limit, ours["fastest_of_rounds"][f"{name}_us"] <= limit)


def main():
    subprocess.run(["tools/build.sh", "release", "vitrina_training_speed"], check=True, stdout=subprocess.DEVNULL)
    print(f"{THREADS} threads, {REPEATS} repeats, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors\n")
    print(f"{'':<46} {'best':>12} {'median':>12} {'quiet':>12}  {'beside it':<62} {'aim':<22}")
    with tempfile.TemporaryDirectory(prefix="vitrina_speed_") as out:
        if not missing(GOWALLA):
            files = [PUBLISHED / name for name in GOWALLA]
            neighbours(files, out)
            factors(64, files, out, 0.2)
            factors(256, files, out, 5)
        products(out)
        if not missing(DIGINETICA):
            sessions([PUBLISHED / name for name in DIGINETICA], out)
    print(f"\nload at the end {os.getloadavg()[0]:.1f}; training has the same bytes on 1, 2, 3 and 4 threads (checked)")
    pathlib.Path("build/bench-training-speed.json").write_text(json.dumps({"threads": THREADS, "table": rows, "said": all_said}, indent=1) + "\n", encoding="utf-8")


main()
