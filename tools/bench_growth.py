#!/usr/bin/env python3
"""How training grows with a shop: make bench BENCH=growth (EVENTS="100000 1000000 10000000").

Shops of so many events are generated (a hundredth as many items, but at least 10,000; a twentieth as many visitors), imported and
trained by the release binary, each step in a process of its own. Printed are time and highest memory of each step, and the exponent of
each curve: the slope between the last two sizes in logarithms, 1 where twice the shop costs twice as much. Every model is checked: it
must be the current one, and its home page must show items. Writes build/bench-growth.json and build/bench-growth.svg.
"""
import json
import math
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

VITRINA = "build/release/vitrina"
EVENTS = [int(size) for size in os.environ.get("EVENTS", "100000 1000000 10000000").split()]
VIEWS_A_SESSION = 6
SESSIONS_A_VISITOR = 3
DAYS = 100
CURVES = [("import, s", "import_s"), ("training, s", "train_s"), ("training, MiB", "train_mib")]


def items_of(events):
    return max(10_000, events // 100)


def write_items(path, items):
    with open(path, "w") as out:
        out.write("item_id,title,price,currency,categories\n")
        for item in range(items):
            out.write(f"i{item},Thing {item} of kind {item % 997},{1 + item % 90},EUR,c{item // 50 % 40} > d{item // 50}\n")


def write_events(path, events):
    """Sessions, day by day: half of what is looked at is what many want, half lies near one place of the catalogue. Every tenth
    session ends with an order of what was looked at last."""
    chance = random.Random(events)
    items = items_of(events)
    visitors = max(1, events // (VIEWS_A_SESSION * SESSIONS_A_VISITOR))
    sessions = events // VIEWS_A_SESSION
    with open(path, "w") as out:
        out.write("event,event_id,time,visitor_id,item_id,quantity,price,currency,transaction_id\n")
        for session in range(sessions):
            visitor = chance.randrange(visitors)
            second = session * DAYS * 86_400 // sessions
            near = (visitor * 7919 + session % 3 * 50) % items
            begun = 1_735_689_600_000 + second * 1000  # 2025-01-01
            for view in range(VIEWS_A_SESSION):
                draw = chance.random()
                item = int(items * draw * draw * draw * 8) if draw < 0.5 else (near + int(draw * 1e6) % 50) % items
                kind, order = "view_item", ",,,"
                if view == VIEWS_A_SESSION - 1 and session % 10 == 0:
                    kind, order = "purchase", f"1,{1 + item % 90},EUR,o{session}"
                out.write(f"{kind},{session}-{view},{begun + view * 20_000},v{visitor},i{item},{order}\n")


def measured(*command):
    """Seconds and the highest MiB of a process that must succeed."""
    begun = time.monotonic()
    process = subprocess.Popen([VITRINA, *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"`vitrina {command[0]}` failed: {said}")
    return time.monotonic() - begun, used.ru_maxrss / 1024


def check(shop):
    answer = json.loads(subprocess.run([VITRINA, "recommend", "--data", shop, "--placement", "home", "--json"], check=True, capture_output=True).stdout)
    if not answer["model_version"] or not answer["items"]:
        sys.exit(f"the model answers nothing: {answer}")


def grown(events):
    with tempfile.TemporaryDirectory(prefix="vitrina_growth_") as folder:
        shop = folder + "/shop"
        write_items(folder + "/items.csv", items_of(events))
        write_events(folder + "/events.csv", events)
        measured("import", "--data", shop, "--as", "items", folder + "/items.csv")
        import_s, import_mib = measured("import", "--data", shop, "--as", "events", folder + "/events.csv")
        train_s, train_mib = measured("train", "--data", shop)
        check(shop)
        return {"events": events, "items": items_of(events), "import_s": import_s, "import_mib": import_mib, "train_s": train_s, "train_mib": train_mib}


def exponent(rows, curve):
    small, large = rows[-2], rows[-1]
    return math.log(large[curve] / small[curve]) / math.log(large["events"] / small["events"])


def drawn(rows):
    """One panel a curve, both axes in logarithms; the broken line grows as fast as the number of events."""
    panels = []
    for number, (name, curve) in enumerate(CURVES):
        values = [row[curve] for row in rows]
        low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
        first, last = math.log10(rows[0]["events"]), math.log10(rows[-1]["events"])
        high = max(high, low + 1)

        def place(events, value):
            x = 60 + 200 * (math.log10(events) - first) / (last - first)
            return f"{x:.1f},{240 - 190 * (math.log10(value) - low) / (high - low):.1f}"

        ticks = "".join(f'<text x="52" y="{244 - 190 * (tick - low) / (high - low):.1f}" text-anchor="end">{10 ** tick:g}</text>' for tick in range(low, high + 1))
        ticks += "".join(f'<text x="{60 + 200 * (math.log10(row["events"]) - first) / (last - first):.1f}" y="262" text-anchor="middle">{row["events"]:.0e}</text>' for row in rows)
        reach = min(rows[-1]["events"], rows[0]["events"] * 10 ** high / values[0])
        panels.append(
            f'<g transform="translate({number * 290},0)"><text x="60" y="30" class="name">{name}</text><rect x="60" y="50" width="200" height="190"/>{ticks}'
            f'<polyline class="linear" points="{place(rows[0]["events"], values[0])} {place(reach, values[0] * reach / rows[0]["events"])}"/>'
            f'<polyline points="{" ".join(place(row["events"], row[curve]) for row in rows)}"/>'
            f'<text x="250" y="230" text-anchor="end">exponent {exponent(rows, curve):.2f}</text></g>')
    style = "text{font:11px sans-serif;fill:#222}.name{font-weight:bold}rect{fill:none;stroke:#999}polyline{fill:none;stroke:#0a6;stroke-width:2}.linear{stroke:#999;stroke-width:1;stroke-dasharray:4 3}"
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {290 * len(CURVES)} 285"><style>{style}</style><rect width="100%" height="100%" style="fill:#fff;stroke:none"/>'
            f'{"".join(panels)}<text x="60" y="280">events; the broken line grows as fast as they do</text></svg>\n')


def main():
    print(f"{'events':>12} {'items':>9} {'import s':>9} {'MiB':>7} {'training s':>11} {'MiB':>7}")
    rows = []
    for events in EVENTS:
        row = grown(events)
        rows.append(row)
        print(f"{events:>12,} {row['items']:>9,} {row['import_s']:>9.1f} {row['import_mib']:>7,.0f} {row['train_s']:>11.1f} {row['train_mib']:>7,.0f}", flush=True)
    if len(rows) > 1:
        print("exponents of the last step: " + ", ".join(f"{name.split(',')[0] + ' ' + name.split(', ')[1]} {exponent(rows, curve):.2f}" for name, curve in CURVES))
        pathlib.Path("build/bench-growth.svg").write_text(drawn(rows))
    pathlib.Path("build/bench-growth.json").write_text(json.dumps(rows, indent=1) + "\n")


main()
