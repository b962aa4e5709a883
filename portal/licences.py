"""Lists the licence of each installed package: `python -m portal.licences`."""

import sys
from importlib.metadata import Distribution, distributions

PREFIX = "License :: "


def licence(package: Distribution) -> str:
    """The licence that a package declares, in the shortest form that it gives."""
    facts = package.metadata
    if "License-Expression" in facts:
        return facts["License-Expression"]
    classes = [each.rpartition(" :: ")[2] for each in facts.get_all("Classifier") or [] if each.startswith(PREFIX)]
    if classes:
        return ", ".join(classes)
    return facts["License"].splitlines()[0] if "License" in facts else "not declared"


def main() -> None:
    """Print one line per package, by name."""
    for package in sorted(distributions(), key=lambda each: each.metadata["Name"].lower()):
        sys.stdout.write(f"{package.metadata['Name']:32} {package.version:16} {licence(package)}\n")


if __name__ == "__main__":
    main()
