"""Writes a small synthetic task: support tickets in, one JSON object out. Deterministic, under a second.

    python make_tickets.py tickets.jsonl [--count 900] [--seed 1]

Each line: {"id", "messages": [user, assistant]}.
"""
from __future__ import annotations

import argparse
import hashlib
import json
import random
from pathlib import Path

PROBLEMS = {
    "billing": ["I was charged twice for {p}", "the invoice for {p} is wrong", "please refund my payment for {p}",
                "my card was declined when paying for {p}"],
    "login": ["I cannot sign in to {p}", "the password reset mail for {p} never arrives",
              "{p} says my account is locked", "my second factor is refused by {p}"],
    "bug": ["{p} crashes when I press save", "{p} shows an empty page", "the export of {p} has broken rows",
            "search in {p} returns nothing"],
    "feature": ["could {p} get a dark theme", "I would like {p} to support tags", "please add an API to {p}",
                "it would help if {p} could send reports"],
    "shipping": ["my order of {p} has not arrived", "the box with {p} was damaged",
                 "I want to change the address for {p}", "tracking for {p} has not moved"],
}
PRODUCTS = ["Atlas", "Borealis", "Cobalt", "Delta", "Ember", "Fjord"]
URGENCY = {"high": ["this blocks our whole team", "we need it fixed today", "production is down"],
           "normal": ["please look at it this week", "it slows us down", "a fix soon would be good"],
           "low": ["no hurry", "whenever you have time", "just so you know"]}
OPENINGS = ["Hello,", "Hi team,", "Good morning,", "Dear support,", ""]
CLOSINGS = ["Thanks, {n}", "Regards, {n}", "{n}", "Best, {n}"]
NAMES = ["Ana", "Bo", "Chen", "Dara", "Eli", "Fatou", "Goran", "Hana"]


def ticket(rng: random.Random) -> tuple[str, dict[str, str]]:
    category, product, priority = rng.choice(list(PROBLEMS)), rng.choice(PRODUCTS), rng.choice(list(URGENCY))
    parts = [rng.choice(OPENINGS), rng.choice(PROBLEMS[category]).format(p=product) + ",",
             rng.choice(URGENCY[priority]) + ".", rng.choice(CLOSINGS).format(n=rng.choice(NAMES))]
    text = f"Subject: {product}. " + " ".join(part for part in parts if part)
    return text, {"category": category, "priority": priority, "product": product}


def main() -> None:
    cli = argparse.ArgumentParser()
    cli.add_argument("out", type=Path)
    cli.add_argument("--count", type=int, default=900)
    cli.add_argument("--seed", type=int, default=1)
    args = cli.parse_args()
    rng, tickets = random.Random(args.seed), {}
    while len(tickets) < args.count:
        text, answer = ticket(rng)
        tickets.setdefault(text, answer)
    with open(args.out, "w", encoding="utf-8") as file:
        for text, answer in tickets.items():
            file.write(json.dumps({"id": hashlib.sha256(text.encode()).hexdigest()[:12], "messages": [
                {"role": "user", "content": text},
                {"role": "assistant", "content": json.dumps(answer, separators=(",", ":"))}]}) + "\n")


if __name__ == "__main__":
    main()
