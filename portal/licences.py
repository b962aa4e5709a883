"""Lists the licence of each installed package: `python -m portal.licences`."""

import sys
from importlib.metadata import Distribution, distributions

PREFIX = "License :: "


def licence(package: Distribution) -> str:
    """The licence that a package declares, in the shortest form that it gives."""
    facts = package.metadata
    if short := facts.get("License-Expression"):
        return short
    classified = [each.rpartition(" :: ")[2] for each in facts.get_all("Classifier", []) if each.startswith(PREFIX)]
    return ", ".join(classified) or (facts.get("License") or "not declared").splitlines()[0]


def main() -> None:
    """Print one line per package, by name."""
    for package in sorted(distributions(), key=lambda each: each.metadata["Name"].lower()):
        sys.stdout.write(f"{package.metadata['Name']:32} {package.version:16} {licence(package)}\n")


if __name__ == "__main__":
    main()
