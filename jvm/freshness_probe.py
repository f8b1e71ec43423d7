#!/usr/bin/env python3
"""freshness_probe.py A B SECONDS: how long after it is sent to node A an event shows in the answers of node B.

Two kinds: what a visitor looked at, in his own answer; and what a user looked at, in the answer on another device of his, which comes
from the user's state. Prints p50, p99 and the largest. The secret key comes from VITRINA_SECRET_KEY.
"""

import http.client
import json
import os
import random
import sys
import time

POLL_S = 0.003
PATIENCE_S = 20
ITEMS = 50


class Node:
    def __init__(self, address):
        self.connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=PATIENCE_S)

    def ask(self, path, body):
        headers = {"Authorization": "Bearer " + os.environ["VITRINA_SECRET_KEY"], "Content-Type": "application/json"}
        self.connection.request("POST", path, json.dumps(body), headers)
        response = self.connection.getresponse()
        answer = response.read()
        if response.status != 200:
            sys.exit(f"{path} was answered with {response.status}: {answer[:300]}")
        return json.loads(answer)

    def viewed(self, who):
        answer = self.ask("/v1/recommendations", {**who, "mode": "preview", "requests": [{"placement": "recently_viewed"}]})
        return json.dumps(answer)


def until(holds, what):
    """Seconds on the clock when it holds."""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > end:
            sys.exit(f"not within {PATIENCE_S} s: {what}")
        time.sleep(POLL_S)
    return time.monotonic()


def probe(a, b, number, kind):
    """Milliseconds until node B knows of an event that node A took."""
    item = f"probe-item-{number % ITEMS}."
    name = f"{kind}-{number}"
    event = {"event": "view_item", "event_id": name, "visitor_id": name, "items": [{"item_id": item}]}
    who = {"visitor_id": name}
    if kind == "user":
        event["user_id"] = "u-" + name
        who = {"visitor_id": "other-" + name, "user_id": "u-" + name}
    start = time.monotonic()
    a.ask("/v1/events", event)
    return 1000 * (until(lambda: item in b.viewed(who), f"the {kind}'s item at the other node") - start)


def main():
    a, b = Node(sys.argv[1]), Node(sys.argv[2])
    items = [{"item_id": f"probe-item-{n}.", "title": "a thing", "price": 1, "currency": "EUR"} for n in range(ITEMS)]
    a.ask("/v1/items", {"items": items})
    waits = {"visitor": [], "user": []}
    end = time.monotonic() + float(sys.argv[3])
    random.seed(1)
    number = 0
    while time.monotonic() < end:
        for kind, found in waits.items():
            found.append(probe(a, b, number, kind))
            time.sleep(random.random() / 10)
        number += 1
    figures = {}
    for kind, found in waits.items():
        found = sorted(found[2:])  # the first ones wait for the catalogue too
        figures[kind] = {"p50_ms": found[len(found) // 2], "p99_ms": found[len(found) * 99 // 100], "probes": len(found)}
        print(f"event to the other node's answer, {kind + ' state:':14} p50 {found[len(found) // 2]:4.0f} ms, p99 "
              f"{found[len(found) * 99 // 100]:4.0f} ms, max {found[-1]:4.0f} ms ({len(found)} probes)")
    if "BENCH_OUT" in os.environ:
        with open(os.path.join(os.environ["BENCH_OUT"], "freshness.json"), "w", encoding="utf-8") as out:
            json.dump(figures, out)


main()
