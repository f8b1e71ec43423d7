#!/usr/bin/env python3
"""How good the recommendations are: make bench-quality (PUBLISHED=folder, DATA=regular-expression of what to measure,
ABLATION=1 to tell what each source and group of features adds to the ranker).

The bundled Online Retail is imported and evaluated at four cuts, then every published set found under PUBLISHED
(docs/published-evaluation.md says what each file looks like); what is not there is named and skipped. One command, one automatic
recipe: `vitrina evaluate`, with nothing that names a data set but its files and the shape of their lines.

Prints a line a figure: the product with its 95 % interval, its best single source, popularity, and the best published figure where we
know one; for the shop also the gains over the best single source and over everybody's own favourites, by pairs. Writes build/bench-quality.json (with all that `evaluate
--json` says) and build/bench-quality.svg.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

VITRINA = "build/release/vitrina"
CUTS = "2011-06-01,2011-08-01,2011-10-01,2011-11-01"
RIVALS = ("vitrina", "popularity", "personal popularity", "random", "blend")

# name, first file, more arguments, {metric: the best published figure that we know, or None}
PUBLISHED = [
    ("Gowalla", "gowalla/train.txt.gz", ["--valid", "gowalla/valid.txt.gz", "--test", "gowalla/test.txt.gz", "--shape", "user-items", "--at", "20"],
     {"recall@20": 0.1920, "ndcg@20": 0.1597}),
    ("Diginetica", "diginetica/train_sessions.txt.gz", ["--test", "diginetica/test_prefixes.txt.gz", "--shape", "sessions", "--at", "20"],
     {"hr@20": 0.5418, "mrr@20": 0.1907}),
    ("Beauty", "beauty/sequences.txt.gz", ["--shape", "sequences", "--at", "10"], {"hr@10": 0.0928, "ndcg@10": 0.0523}),
    ("Ta-Feng", "tafeng/baskets.txt.gz", ["--shape", "baskets", "--at", "10"], {"recall@10": 0.1270, "ndcg@10": 0.1039}),
    ("Serenade", "serenade/train.tsv.gz", ["--valid", "serenade/valid.tsv.gz", "--test", "serenade/test.tsv.gz", "--shape", "sessions", "--at", "20"],
     {"mrr@20": 0.3401}),
]
ABLATION = ["--ablation"] if os.environ.get("ABLATION", "0") not in ("", "0") else []
SHOP_METRICS = ("recall@10", "recall@20", "revenue_recall@20")


def evaluate(folder, *arguments):
    """What `vitrina evaluate --json` says, and the seconds that it took."""
    begun = time.monotonic()
    done = subprocess.run([pathlib.Path(VITRINA).resolve(), "evaluate", *arguments, *ABLATION, "--json"], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"`vitrina evaluate {' '.join(arguments)}` failed: {done.stderr}")
    return json.loads(done.stdout), time.monotonic() - begun


def value_of(models, name, metric):
    found = [model["metrics"][metric] for model in models if model["name"] == name and metric in model["metrics"]]
    return found[0] if found else None


def best_source(models, metric):
    """(name, value) of the best source by itself."""
    alone = [(model["metrics"][metric]["value"], model["name"]) for model in models if model["name"] not in RIVALS and metric in model["metrics"]]
    return max(alone) if alone else (None, "")


def figure(data, metric, models, published=None):
    source, name = best_source(models, metric)
    popular = value_of(models, "popularity", metric)
    return {"data": data, "metric": metric, **value_of(models, "vitrina", metric), "best_source": name, "best_source_value": source,
            "popularity": popular and popular["value"], "published": published}


def published_figures(folder):
    figures, raw = [], {}
    for name, first, arguments, metrics in PUBLISHED:
        if not re.search(os.environ.get("DATA", "."), name):
            continue
        if not pathlib.Path(folder, first).is_file():
            print(f"skipped: data not found ({folder}/{first}; say PUBLISHED=folder)")
            continue
        said, seconds = evaluate(folder, "--interactions", first, *arguments)
        raw[name] = said
        protocol = said["protocol"]
        memory = max(model["peak_memory_mb"] for model in said["models"])
        print(f"{name}: {protocol['ranker']}, candidate coverage {protocol['candidate_coverage']:.3f}, seed {protocol['seed']}, {seconds:.0f} s, {memory:,.0f} MiB")
        for metric, best in metrics.items():
            figures.append(figure(name, metric, said["models"], best) | {"ranker": protocol["ranker"], "seconds": seconds, "memory_mib": memory})
    return figures, raw


def shop_figures():
    """Online Retail: each task at each cut, with the gain over its best single source."""
    if not re.search(os.environ.get("DATA", "."), "Online Retail"):
        return [], {}
    with tempfile.TemporaryDirectory(prefix="vitrina_quality_") as shop:
        subprocess.run([VITRINA, "import", "--data", shop, "--as", "orders", "--mapping", "data/online-retail/mapping.toml",
                        "data/online-retail/online-retail.csv.zst"], check=True, stdout=subprocess.DEVNULL)
        said, seconds = evaluate(".", "--data", shop, "--split", "cuts:" + CUTS, "--horizon", "30d", "--at", "10,20", "--sources")
    print(f"Online Retail: {len(said['tasks'])} tasks at cuts, {seconds:.0f} s")
    figures = []
    for task in said["tasks"]:
        for metric in SHOP_METRICS:
            if value_of(task.get("models", []), "vitrina", metric) is None:
                continue
            task_random = value_of(task["models"], "random", metric)
            row = figure(f"{task['task']} {task['cut']}", metric, task["models"])
            gains = {rival: task["differences"].get(name, {}).get(metric) for rival, name in (("gain", row["best_source"]), ("gain_over_own_favourites", "personal popularity"))}
            figures.append(row | gains | {"random": task_random and task_random["value"], "seconds": seconds})
    return figures, said


def text(value, width=7):
    return f"{'–':>{width}}" if value is None else f"{value:>{width}.4f}"


def gained(gain):
    return f"{gain['value']:+.4f} [{gain['low']:+.4f}, {gain['high']:+.4f}]" if gain else ""


def table(figures):
    print(f"\n{'data':<26} {'metric':<18} {'vitrina':>7} {'95 % interval':<17} {'best source':<26} {'popular':>7} {'publ.':>7} {'random':>7}  {'gain over the best source':<28} gain over own favourites")
    for row in figures:
        print(f"{row['data']:<26} {row['metric']:<18} {text(row['value'])} [{row['low']:.4f}, {row['high']:.4f}]  "
              f"{row['best_source']:<18} {text(row['best_source_value'])} {text(row['popularity'])} {text(row['published'])} {text(row.get('random'))}  "
              f"{gained(row.get('gain')):<28} {gained(row.get('gain_over_own_favourites'))}".rstrip())


def ablations(said):
    """A line a data set (or task and cut) and part of the ranker: what the objective on validation questions loses without it."""
    lines = [{"data": name if not line["task"] else f"{name}, {line['task']}", "without": line["without"], **line["gain"]}
             for name, one in said.items() for line in one.get("ablation", [])]
    for line in lines:
        verdict = "adds" if line["low"] > 0 else "harms" if line["high"] < 0 else "nothing shown"
        print(f"{line['data']:<38} {line['without']:<30} {line['value']:+.5f} [{line['low']:+.5f}, {line['high']:+.5f}]  {verdict}")
    return lines


def drawn(figures):
    """A bar a figure with its interval; a ring where the best source stands, a line where the best published figure does."""
    left, width, step = 300, 420, 22
    top = max(max(row["high"], row["published"] or 0) for row in figures)
    scale = width / top
    parts = []
    for number, row in enumerate(figures):
        y = 40 + number * step
        parts.append(f'<text x="{left - 8}" y="{y + 11}" text-anchor="end">{row["data"]} · {row["metric"]}</text>'
                     f'<rect class="bar" x="{left}" y="{y}" width="{row["value"] * scale:.1f}" height="14"/>'
                     f'<path class="whisker" d="M{left + row["low"] * scale:.1f} {y + 7}H{left + row["high"] * scale:.1f}"/>'
                     f'<text x="{left + width + 60}" y="{y + 11}">{row["value"]:.4f}</text>')
        if row["best_source_value"] is not None:
            parts.append(f'<circle cx="{left + row["best_source_value"] * scale:.1f}" cy="{y + 7}" r="4"/>')
        if row["published"] is not None:
            parts.append(f'<path class="published" d="M{left + row["published"] * scale:.1f} {y - 2}V{y + 16}"/>')
    style = ("text{font:11px sans-serif;fill:#222}.bar{fill:#9fd8c2}.whisker{stroke:#064;stroke-width:2}circle{fill:#fff;stroke:#c60;stroke-width:1.5}"
             ".published{stroke:#a00;stroke-width:2}")
    height = 60 + len(figures) * step
    legend = "bar: Vitrina with 95 % interval · ring: its best single source · red line: best published figure"
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 120} {height}"><style>{style}</style>'
            f'<rect width="100%" height="100%" fill="#fff"/><text x="10" y="22">{legend}</text>{"".join(parts)}</svg>\n')


def main():
    shop, raw_shop = shop_figures()
    published, raw_published = published_figures(os.environ.get("PUBLISHED", "data/published"))
    figures = published + shop
    said = raw_published | {"Online Retail": raw_shop}
    pathlib.Path("build/bench-quality.json").write_text(json.dumps({"figures": figures, "ablation": ablations(said), "said": said}, indent=1) + "\n")
    if figures:
        table(figures)
        pathlib.Path("build/bench-quality.svg").write_text(drawn(figures))


main()
