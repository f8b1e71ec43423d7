"""The lines of jvm/mllib_bench.sh as a choice or as a table.

  mllib_table.py choose WHO LINES       the settings of that side with the best NDCG@20
  mllib_table.py table LINES JSON HOW   a table on standard output, the same in the file JSON
"""
import json
import sys


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.startswith("{")]


def choose(who, lines):
    best = max((line for line in lines if line.get("factors", "").startswith(who + "-")), key=lambda line: line["ndcg@20"][0])
    return best["factors"].removeprefix(who + "-").replace("-", "/", 1)


def runs(lines):
    """One entry a master and side: the fastest of its repeats beside what its factors are worth."""
    found = {}
    for line in lines:
        if line["stage"] != "testing":
            continue
        key = (line["master"], line.get("run") or line["factors"])
        if "run" in line and not ("both" in found.get(key, {}) and found[key]["both"] <= line["both"]):
            found[key] = {**found.get(key, {}), **line}
        elif "factors" in line:
            found[key] = {**found.get(key, {}), "recall@20": line["recall@20"], "ndcg@20": line["ndcg@20"], "asked": line["asked"]}
    return found


def table(lines, out, how):
    found = runs(lines)
    print(f"{'where':<12} {'who':<16} {'algorithm':>18} {'with reading':>18} {'Recall@20':>22} {'NDCG@20':>22}")
    for (master, who), run in found.items():
        seconds = ["{:.2f} s, CPU {:.1f}".format(run[what], run[what + "_cpu"]) for what in ("algorithm", "both")]
        worth = ["{:.4f} [{:.4f}, {:.4f}]".format(*run[what]) for what in ("recall@20", "ndcg@20")]
        print(f"{master:<12} {who:<16} {seconds[0]:>18} {seconds[1]:>18} {worth[0]:>22} {worth[1]:>22}")
    answer = {"how": how, "runs": list(found.values()), "choosing": [line for line in lines if line["stage"] == "choosing"], "times": {}}
    for (master, who), run in found.items():
        if who.startswith("ours"):
            ours = run
            continue
        times = {what: round(run[what] / ours[what], 2) for what in ("algorithm", "both", "algorithm_cpu", "both_cpu")}
        answer["times"][master] = times
        print(f"{master}: ours is {times['algorithm']:.1f} times as fast ({times['both']:.1f} with reading; "
              f"CPU {times['algorithm_cpu']:.1f} and {times['both_cpu']:.1f})")
    print(how)
    with open(out, "w", encoding="utf-8") as file:
        json.dump(answer, file, indent=1)


if __name__ == "__main__":
    if sys.argv[1] == "choose":
        print(choose(sys.argv[2], read(sys.argv[3])))
    else:
        table(read(sys.argv[2]), sys.argv[3], sys.argv[4])
