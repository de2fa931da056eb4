"""Whether what the chapters say of their experiments holds for every seed.

    python -m benchmarks.course [--chapter NAME ...] [--question K] [--seeds 5]

One JSON object a claim: the chapter, the question's number, in how many of the seeds it held, the seconds that the
slowest took, and its numbers by seed. Experiments that need a browser are left to its tests.
"""

from __future__ import annotations

import argparse
import json
import time

import torch

from genlab.lessons.anatomy import Act
from genlab.lessons.loader import chapters
from genlab.lessons.perform import perform


def main() -> None:
    """Performs what is asked for, or everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chapter", action="append", choices=[chapter.name for chapter in chapters()])
    parser.add_argument("--question", type=int)
    parser.add_argument("--seeds", type=int, default=5)
    asked = parser.parse_args()
    torch.set_flush_denormal(True)
    for chapter in chapters():
        if asked.chapter and chapter.name not in asked.chapter:
            continue
        for number, question in enumerate(chapter.questions, start=1):
            if isinstance(question.experiment, Act) or asked.question not in (None, number):
                continue
            print(json.dumps(claim(chapter.name, number, asked.seeds)), flush=True)


def claim(chapter: str, number: int, seeds: int) -> dict[str, object]:
    """How often what a question's reveal says was so."""
    outcomes, slowest = [], 0.0
    for seed in range(seeds):
        begun = time.perf_counter()
        outcomes.append(perform(chapter, number, seed))
        slowest = max(slowest, time.perf_counter() - begun)
    return {
        "chapter": chapter,
        "question": number,
        "held": sum(outcome.holds for outcome in outcomes),
        "seeds": seeds,
        "seconds": round(slowest, 1),
        "numbers": [dict(outcome.numbers) for outcome in outcomes],
    }


if __name__ == "__main__":
    main()
