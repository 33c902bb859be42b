"""python -m bench table --posts 100000: makes or finds the corpus, measures, prints, writes bench/results."""

import argparse
import sys

from bench import commands


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parts = parser.add_subparsers(dest="command", required=True)
    corpus = parts.add_parser("corpus", help="make the corpus and stop")
    table = parts.add_parser("table", help="measure every row on one corpus")
    for part in (corpus, table):
        part.add_argument("--posts", type=int, default=100_000)
    table.add_argument("--rows", default="", help="only rows whose names begin so: 'list,search'")
    table.add_argument("--seconds", type=float, default=2.0, help="of each run; every row has three")
    grown = parts.add_parser("growth", help="measure hot reads against the size of the forum")
    grown.add_argument("--sizes", default="1000 10000 100000", help="numbers of posts")
    grown.add_argument("--rows", default="", help="only rows whose names begin so")
    grown.add_argument("--seconds", type=float, default=2.0, help="of each run; every size has three")
    profiled = parts.add_parser("profile", help="show where the time of some reads goes")
    profiled.add_argument("--posts", type=int, default=100_000)
    profiled.add_argument("--rows", default="", help="only rows whose names begin so")
    parts.add_parser("report", help="write results into docs/performance.md and docs/bench.svg")
    arguments = vars(parser.parse_args())
    return int(getattr(commands, arguments.pop("command"))(**arguments))


if __name__ == "__main__":
    sys.exit(main())
