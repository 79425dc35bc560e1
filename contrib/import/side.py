"""What convert and compare share: arguments, and reading the export."""

import json
import sys

from sources import SYSTEMS
from sources.told import People


def add_arguments(parser):
    parser.add_argument("system", choices=sorted(SYSTEMS))
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--name", action="append", default=[], metavar="WHO=NAME")


def load(args):
    """(the system's module, its people, its schedules)."""
    renames = {}
    for one in args.name:
        who, equals, name = one.rpartition("=")
        if not equals:
            sys.exit(f"--name {one}: write WHO=NAME")
        renames[who] = name
    documents = []
    for path in args.files:
        try:
            with open(path, encoding="utf-8") as f:
                documents.append(json.load(f))
        except (OSError, ValueError) as why:
            sys.exit(f"{path}: {why}")
    system, people = SYSTEMS[args.system], People(renames)
    try:
        return system, people, system.read(documents, people)
    except (KeyError, TypeError, ValueError) as why:
        sys.exit(f"{args.files[0]}: not what {system.TITLE} exports: "
                 f"{type(why).__name__} {why}")
