"""A made-up shop for ops/bytes_bench.sh: FOLDER/items.jsonl and FOLDER/events.jsonl, as `vitrina import` reads them.

  bytes_shop.py FOLDER EVENTS VISITORS ITEMS

Visits come in sessions within one kind of item, popular items more often; of the events 77 % are views, 5 % clicks in a list, 10 % carts,
3 % wishes and 5 % orders of one to four lines; a third of the visitors sign in. Ids look like those of a shop: 16 letters a visitor, 8 an item.
"""
import json
import pathlib
import random
import sys
import time


def items(count):
    for number in range(count):
        yield {"item_id": f"SKU{number:05d}", "title": f"Thing {number} of kind {number % 997}, in colour {number % 13}", "brand": f"Brand {number % 61}",
               "price": 1 + number % 90, "currency": "EUR", "categories": [f"c{number % 40} > d{number % 400}"],
               "url": f"https://shop.example/things/{number}", "image_url": f"https://shop.example/images/{number}.jpg"}


def events(count, visitors, goods):
    chance = random.Random(5)
    begin = int(time.time()) // 86400 * 86400 - 29 * 86400
    number = 0
    while number < count:
        visitor = int(visitors * chance.random() ** 1.5)
        at = begin + chance.random() * 28 * 86400
        kind = chance.randrange(400)
        for _ in range(1 + int(chance.expovariate(1 / 5))):
            if number == count:
                return
            number += 1
            at += chance.expovariate(1 / 60)
            drawn = chance.random()
            what = "view_item" if drawn < .77 else "select_item" if drawn < .82 else "add_to_cart" if drawn < .92 else "add_to_wishlist" if drawn < .95 else "purchase"
            lines = chance.randrange(1, 5) if what == "purchase" else 1
            picked = {(int(goods * chance.random() ** 3) if chance.random() < .4 else kind + 400 * chance.randrange(max(1, goods // 400))) % goods
                      for _ in range(lines)}
            event = {"event": what, "event_id": f"{number:012x}", "visitor_id": f"{visitor * 2654435761 % 2 ** 64:016x}",
                     "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at)),
                     "items": [{"item_id": f"SKU{item:05d}", "price": 1 + item % 90, "quantity": 1} for item in sorted(picked)]}
            if visitor % 3 == 0:
                event["user_id"] = f"customer-{visitor}"
            if what == "purchase":
                event |= {"transaction_id": f"o{number}", "currency": "EUR", "value": sum(1 + item % 90 for item in picked)}
            yield event


def main():
    folder, count, visitors, goods = pathlib.Path(sys.argv[1]), *map(int, sys.argv[2:5])
    for name, lines in (("items", items(goods)), ("events", events(count, visitors, goods))):
        with open(folder / f"{name}.jsonl", "w", encoding="utf-8") as file:
            for line in lines:
                file.write(json.dumps(line, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
