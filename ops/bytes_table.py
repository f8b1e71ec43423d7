"""What ops/bytes_bench.sh counted as a table and as JSON: bytes_table.py COUNTED JSON EVENTS VISITORS ITEMS"""
import json
import sys

PER = {"event": ("json-of-events", "topic-events", "topic-user-facts", "topic-item-deltas", "topic-shopper-records", "topic-success-deltas", "topic-outcomes",
                 "hdfs-raw", "hdfs-history", "shop-log-and-state"),
       "visitor": ("changelog-visitors-hot", "changelog-visitors-cold", "changelog-users", "changelog-visitor-shoppers", "changelog-user-shoppers", "folds-rocksdb", "node-store", "node-memory"),
       "item": ("topic-item-changes", "changelog-items", "changelog-catalog", "changelog-item-success", "hdfs-models")}
WHAT = {"json-of-events": "the events as JSON lines, for comparison", "shop-log-and-state": "one machine: log and state of everything",
        "topic-events": "Kafka, topic of events", "topic-user-facts": "Kafka, topic of user facts (kept 3 days)",
        "topic-item-deltas": "Kafka, topic of item deltas (kept 3 days)", "topic-item-changes": "Kafka, topic of item changes",
        "topic-shopper-records": "Kafka, topic of shoppers' records (kept 3 days)",
        "topic-success-deltas": "Kafka, topic of success deltas (kept 3 days)", "topic-outcomes": "Kafka, topic of outcomes (before compaction)",
        "hdfs-raw": "HDFS, raw", "hdfs-history": "HDFS, history (Parquet, zstd)", "hdfs-models": "HDFS, one model",
        "folds-rocksdb": "RocksDB of the folds, all states", "node-store": "a node's folder: all states, without models",
        "node-memory": "memory of a node (VmRSS) after catching up"}


def main():
    with open(sys.argv[1], encoding="utf-8") as lines:
        found = {name: int(number) for name, number in (line.split() for line in lines)}
    counts = dict(zip(("event", "visitor", "item"), map(int, sys.argv[3:6])))
    print("{event:,} events, {visitor:,} visitors, {item:,} items".format(**counts))
    print(f"{'store':<58} {'bytes':>13}  a unit")
    rows = []
    for per, names in PER.items():
        for name in names:
            what = WHAT.get(name) or "Kafka, changelog of " + name.removeprefix("changelog-") + " (before compaction)"
            each = round(found[name] / counts[per], 1)
            rows.append({"store": name, "what": what, "bytes": found[name], "unit": per, "bytes_a_unit": each})
            print(f"{what:<58} {found[name]:>13,}  {each:,} a{'n' if per != 'visitor' else ''} {per}")
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump({"counts": counts, "stores": rows}, file, indent=1)


if __name__ == "__main__":
    main()
