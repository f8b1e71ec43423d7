"""The peers of tools/bench_training_speed.py, run by the Python of build/peers: implicit and hnswlib on the very same data.

    bench_training_speed_peers.py neighbours|factors|loss|products FOLDER THREADS …    prints one line of JSON

`loss` judges the factors of both sides by one formula: implicit minimises Σ c (1 − s)² over pairs + Σ s² over the rest + r (Σ ‖u‖² + Σ ‖i‖²),
which is our loss (core/training/ials.hpp, ν = 0) times a constant where c = (1 + α0) / α0, r = λ c, and its factors are divided by √(1 + α0).
"""
import json
import os
import pathlib
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy
import scipy.sparse

FOLDER, THREADS = pathlib.Path(sys.argv[2]), int(sys.argv[3])
REST = sys.argv[4:]
JUDGED = (1, 2, 3, 4, 6, 8, 12)


def pairs():
    return numpy.fromfile(FOLDER / "pairs", dtype=numpy.int32).reshape(-1, 2)


def matrix():
    both = pairs()
    return scipy.sparse.csr_matrix((numpy.ones(len(both), dtype=numpy.float32), (both[:, 0], both[:, 1])))


def loss_of(people, items, unobserved, regularisation):
    both = pairs()
    observed = 0.0
    for begin in range(0, len(both), 100_000):
        part = both[begin:begin + 100_000]
        products = numpy.einsum("pk,pk->p", people[part[:, 0]], items[part[:, 1]], dtype=numpy.float64)
        observed += float(((1 - products) ** 2).sum())
    everything = float(((people.T.astype(float) @ people) * (items.T.astype(float) @ items)).sum())
    lengths = float((people.astype(float) ** 2).sum() + (items.astype(float) ** 2).sum())
    return observed + unobserved * everything + regularisation * lengths


def timed(work):
    wall, processor = time.monotonic(), time.process_time()
    work()
    return {"wall": time.monotonic() - wall, "processor": time.process_time() - processor}


def neighbours():
    from implicit.nearest_neighbours import CosineRecommender
    shop = matrix()
    return [timed(lambda: CosineRecommender(K=500, num_threads=THREADS).fit(shop, show_progress=False)) for _ in range(2)]


def factors():
    """One training for each number of epochs, as ours: from nothing to factors."""
    from implicit.als import AlternatingLeastSquares
    rank, unobserved, regularisation, conjugate, judged = int(REST[0]), float(REST[1]), float(REST[2]), REST[3] == "cg", int(REST[4])
    shop = matrix()
    confidence = (1 + unobserved) / unobserved
    lines = []
    for epochs in [number for number in JUDGED if number <= judged]:
        model = AlternatingLeastSquares(factors=rank, regularization=regularisation * confidence, alpha=confidence, dtype=numpy.float32,
                                        use_native=True, use_cg=conjugate, iterations=epochs, num_threads=THREADS, random_state=1)
        line = {"epochs": epochs, **timed(lambda: model.fit(shop, show_progress=False))}
        scale = numpy.float32(1 / numpy.sqrt(1 + unobserved))
        line["loss"] = loss_of(model.user_factors * scale, model.item_factors * scale, unobserved, regularisation)
        lines.append(line)
    return lines


def loss():
    rank, unobserved, regularisation = int(REST[0]), float(REST[1]), float(REST[2])
    read = lambda name: numpy.fromfile(FOLDER / name, dtype=numpy.float32).reshape(-1, rank)
    return {epochs: loss_of(read(f"people-{epochs}.f32"), read(f"items-{epochs}.f32"), unobserved, regularisation) for epochs in JUDGED}


def products():
    import hnswlib
    read = lambda name: numpy.fromfile(FOLDER / name, dtype=numpy.float32)
    columns, best = int(REST[0]), int(REST[1])
    rows, queries = read("rows.f32"), read("queries.f32")
    rows, queries = rows[:len(rows) // columns * columns].reshape(-1, columns), queries[:len(queries) // columns * columns].reshape(-1, columns)
    right = numpy.fromfile(FOLDER / "best.i32", dtype=numpy.int32).reshape(-1, best)
    index = hnswlib.Index(space="ip", dim=columns)
    index.init_index(max_elements=len(rows), ef_construction=int(REST[2]), M=16, random_seed=1)
    making = timed(lambda: index.add_items(rows, num_threads=THREADS))
    lines = []
    for ef in (100, 200, 400, 800):
        index.set_ef(ef)
        found, times = None, []
        for _ in range(3):
            def ask():
                nonlocal found
                found, _ = index.knn_query(queries, k=best, num_threads=THREADS)
            times.append(timed(ask))
        recall = numpy.mean([len(numpy.intersect1d(a, b)) / best for a, b in zip(found, right)])
        lines.append({"ef": ef, "recall": float(recall), "queries": len(queries), "seconds": {key: [one[key] for one in times] for key in times[0]}})
    return {"making": making, "asked": lines}


print(json.dumps({"neighbours": neighbours, "factors": factors, "loss": loss, "products": products}[sys.argv[1]]()))
