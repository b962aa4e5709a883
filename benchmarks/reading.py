"""Reading among a million RIFs: register, counts, one RIF, search, and what the second wall costs.

    python benchmarks/reading.py [SIZE]

PORTAL_DATA keeps the data for the next run; ROUNDS (default 40) is how often each thing is measured.
PARTS (register, search, wall) chooses among the parts.
"""

import os

from _stage import size, stage


def main() -> None:
    """Build, measure, print."""
    with stage() as owner:
        import _register
        import _search
        import _wall
        from _measure import Table
        from _million import build
        from _people import sign_in

        world = build(owner, size(1_000_000))
        rounds = int(os.environ.get("ROUNDS", "40"))
        parts = os.environ.get("PARTS", "register search wall").split()
        person = sign_in("DE", ["ANALYST"])
        print(
            f"{world.size:,} RIFs, {world.deliveries:,} deliveries, {world.received:,} to the reader"
            f" ({world.received / world.size:.0%}); built in {world.seconds:.0f} s"
        )
        if "register" in parts:
            table = Table("Register and RIF")
            _register.pages(table, owner, person, rounds)
            _register.steadiness(table, person, max(rounds, 100))
            _register.counts(table, owner, person, rounds)
            _register.detail(table, owner, person, rounds)
            table.show()
        if "search" in parts:
            table = Table("Search")
            _search.typed(table, owner, person, world.size, rounds)
            _search.pasted(table, owner, person, world.size, max(rounds // 8, 3))
            table.show()
            _search.proof(owner, person, world.size)
        if "wall" in parts:
            table = Table("Cost of row-level security")
            _wall.cost(table, owner, person, rounds)
            table.show()


if __name__ == "__main__":
    main()
