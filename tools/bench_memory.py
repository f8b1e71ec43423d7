#!/usr/bin/env python3
"""How much memory `vitrina serve` takes: make bench BENCH=memory (ITEMS=100000 VISITORS=1000000).

A real process on a folder of its own takes a generated catalogue and three events of each visitor through `vitrina import`
beside it, learns, and answers. Printed is what the system counts as resident (VmRSS, and the highest of each step), beside the
budgets of the caches. Every answer is checked: 200, and items in it.
"""
import http.client
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile

VITRINA = "build/release/vitrina"
ITEMS = int(os.environ.get("ITEMS", "100000"))
VISITORS = int(os.environ.get("VISITORS", "1000000"))
EVENTS_A_VISITOR = 3
ANSWERS = 5000
DAY = "2026-01-%02dT%02d:%02d:00Z"


def item_lines():
    for number in range(ITEMS):
        yield json.dumps({"item_id": f"i{number}", "title": f"Thing {number} of kind {number % 997}",
                          "price": 1 + number % 90, "currency": "EUR",
                          "categories": [f"c{number % 40} > d{number % 400}"]}) + "\n"


def event_lines():
    """Popular items more often; each visitor stays near one place of the catalogue; every tenth buys."""
    chance = random.Random(1)
    for turn in range(EVENTS_A_VISITOR):
        for visitor in range(VISITORS):
            near = visitor * 7919 % ITEMS
            item = int(ITEMS * chance.random() ** 3) if chance.random() < 0.5 else (near + chance.randrange(20)) % ITEMS
            lines = f'{{"item_id":"i{item}"}}'
            kind, order = "view_item", ""
            if turn == EVENTS_A_VISITOR - 1 and visitor % 10 == 0:
                kind = "purchase"
                order = f',"transaction_id":"o{visitor}","currency":"EUR"'
                lines += f',{{"item_id":"i{(item + 1) % ITEMS}"}}'
            yield (f'{{"event":"{kind}","event_id":"{turn}-{visitor}","visitor_id":"v{visitor}",'
                   f'"time":"{DAY % (1 + turn * 9 + visitor % 9, visitor % 24, visitor % 60)}","items":[{lines}]{order}}}\n')


def beside(data, *command, lines=()):
    """A command beside the server, through the socket in its folder."""
    with subprocess.Popen([VITRINA, command[0], "--data", data, *command[1:]], stdin=subprocess.PIPE,
                          stdout=subprocess.DEVNULL, text=True) as process:
        for line in lines:
            process.stdin.write(line)
        process.stdin.close()
        if process.wait() != 0:
            sys.exit(f"`vitrina {command[0]}` failed")


def ask(address):
    chance = random.Random(2)
    connection = http.client.HTTPConnection(address)
    for number in range(ANSWERS):
        body = json.dumps({"visitor_id": f"v{chance.randrange(VISITORS)}", "requests": [
            {"placement": "home"}, {"placement": "product", "item_id": f"i{chance.randrange(ITEMS)}"}]})
        connection.request("POST", "/v1/recommendations", body, {
            "Authorization": "Bearer " + os.environ["VITRINA_SECRET_KEY"], "Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 200 or b'"item_id"' not in text:
            sys.exit(f"answer {number} is wrong: {answer.status} {text[:200]}")


def report(process, step):
    status = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines())
    now, peak = (int(status[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    print(f"{step:<40} {now:>9,.0f} {peak:>9,.0f}", flush=True)
    pathlib.Path(f"/proc/{process.pid}/clear_refs").write_text("5")  # the highest begins anew


def main():
    os.environ["VITRINA_SECRET_KEY"] = "a-secret-key-of-the-benchmark"
    print(f"{ITEMS:,} items, {VISITORS:,} visitors, {VISITORS * EVENTS_A_VISITOR:,} events; MiB resident")
    print("budgets: cache.visitors_bytes 2,048, cache.users_bytes 512, cache.items_bytes 512 (defaults)")
    print(f"{'step':<40} {'at its end':>9} {'highest':>9}")
    with tempfile.TemporaryDirectory(prefix="vitrina_memory_") as folder:
        shop = folder + "/shop"
        settings = pathlib.Path(folder, "vitrina.toml")
        settings.write_text("[training]\nevery_ms = 0\n")  # it learns when it is told to
        process = subprocess.Popen([VITRINA, "serve", "--data", shop, "--config", str(settings), "--listen", "127.0.0.1:0"],
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            line = ""
            while "http://" not in line:
                line = process.stdout.readline()
                if not line:
                    sys.exit("`vitrina serve` does not start")
            report(process, "empty")
            beside(shop, "import", "--as", "items", "--format", "jsonl", "-", lines=item_lines())
            report(process, "the catalogue is loaded")
            beside(shop, "import", "--as", "events", "--format", "jsonl", "-", lines=event_lines())
            report(process, "the events are loaded")
            beside(shop, "train")
            report(process, "a model is learned")
            ask(line.split("http://")[1].split()[0].rstrip("/;,."))
            report(process, f"{2 * ANSWERS:,} answers")
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate()


main()
