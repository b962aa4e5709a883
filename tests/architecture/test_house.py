"""The rules of the house, held by the code itself: sizes, where writes live, what views may ask, which names exist."""

import ast
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from apps.kernel.subjects import SubjectQuerySet

ROOT: Path = settings.BASE_DIR
MOST_LINES = {"module": 400, "function": 40, "template": 150}
FOLDERS = ("apps", "portal", "tests", "benchmarks", "docs")

#: Modules that may write, by their role, and why there.
WRITERS = {
    r"apps/\w+/actions(/\w+)?\.py": "the actions themselves",
    r"apps/kernel/subjects\.py": "stores an audience that was computed anew",
    r"apps/workflow/transitions\.py": "carries actions out",
    r"apps/audit/record\.py": "appends to the two logs",
    r"apps/accounts/models\.py": "makes a person for the actions",
    r"apps/accounts/actors\.py": "notes the day on which a key was used, with the look-up that proves it",
    r"apps/accounts/parking\.py": "keeps what was typed, for whoever has no session and so is no actor",
    r"apps/(organisations|reference)/base\.py": "brings in what ships with the portal",
    r"apps/reference/(loaders|editions)\.py": "brings in published code lists",
    r"apps/rifs/targets\.py": "sets the service levels that ship with the portal",
    r"portal/demo/\w+\.py": "makes the invented organisations and people, and sets the marks of a past that never was",
}
WRITES = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}

#: Modules that may ask what time it is; everything below is told.
CLOCKS = {
    r".*/views(/\w+)?\.py": "pages and API",
    r".*/tasks\.py": "tasks",
    r".*/management/commands/\w+\.py": "commands",
    r".*/middleware\.py": "the request",
    r"apps/accounts/adapter\.py": "called by allauth in place of a view",
    r"apps/accounts/actors\.py": "asks for the middleware whether a key holds now",
    r"apps/accounts/parking\.py": "asks for the middleware how long a form has waited",
    r"apps/accounts/forms\.py": "today as the first value of a form's field",
    r"apps/rifs/events\.py": "whoever belongs to an administration when the notice is written, not when it was caused",
    r"apps/inquiries/events\.py": "likewise: who belongs to an organisation when the notice is written",
    r"apps/exchange/calls\.py": "stands around the calls of the API",
    r"portal/.*": "the outermost layer",
    r"apps/exchange/importers/\w+\.py": "called by a command",
}
READ_CLOCK = {"now", "localdate", "today", "utcnow"}
ON_CLOCK = {"timezone", "datetime", "date"}

#: Modules from which pages and answers are made: their queries begin with who is asking.
FACES = r"(apps/\w+/(views(/\w+)?|register|show|slots|exports|serializers|find)|portal/context)\.py"
SCOPED = {"visible_to", "visible_or_404", "received_by"}
FORBIDDEN_NAMES = {"utils", "helpers", "services", "common", "mixins", "constants", "misc", "manager", "handler"}


@cache
def modules() -> dict[str, ast.Module]:
    """Every Python file that is ours, as a syntax tree, by its path."""
    files = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in files}


def product() -> dict[str, ast.Module]:
    """The portal's own modules, without migrations."""
    ours = {name: tree for name, tree in modules().items() if name.startswith(("apps/", "portal/"))}
    return {name: tree for name, tree in ours.items() if "/migrations/" not in name}


def named(name: str, patterns: Iterable[str]) -> bool:
    return any(re.fullmatch(pattern, name) for pattern in patterns)


def calls(tree: ast.Module) -> Iterator[tuple[ast.Call, ast.Attribute]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node, node.func


# ── Sizes ────────────────────────────────────────────────────────────────────────────
def test_no_module_is_longer_than_its_limit() -> None:
    found = {name: len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in modules()}
    assert {name: lines for name, lines in found.items() if lines > MOST_LINES["module"]} == {}


def test_no_function_is_longer_than_its_limit() -> None:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    long = {
        f"{name}:{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, functions)
    }
    assert {name: lines for name, lines in long.items() if lines > MOST_LINES["function"]} == {}


def test_no_template_is_longer_than_its_limit() -> None:
    files = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]
    found = {path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {name: lines for name, lines in found.items() if lines > MOST_LINES["template"]} == {}


# ── Writes live in actions ───────────────────────────────────────────────────────────
def is_write(call: ast.Call, method: ast.Attribute) -> bool:
    """Whether a call writes to the database; the `update` of dictionaries and sets takes positional facts."""
    if method.attr not in WRITES or (method.attr == "update" and (call.args or not call.keywords)):
        return False
    return not (isinstance(method.value, ast.Name) and method.value.id in {"hashlib", "transitions"})


def test_writes_live_in_actions() -> None:
    found = [
        f"{name}:{call.lineno} {ast.unparse(method)}"
        for name, tree in product().items()
        if not named(name, WRITERS)
        for call, method in calls(tree)
        if is_write(call, method)
    ]
    assert found == []


def test_no_form_saves_a_model() -> None:
    forms = {name: ast.unparse(tree) for name, tree in product().items() if re.search(r"/forms?\.py$", name)}
    assert [name for name, text in forms.items() if "ModelForm" in text] == []


def test_every_exception_is_still_needed() -> None:
    for table, check in ((WRITERS, is_write), (CLOCKS, lambda call, method: asks_the_clock(method))):
        for pattern in table:
            if pattern.startswith(("apps/accounts", "apps/rifs/events", "apps/kernel", "apps/workflow", "apps/audit")):
                trees = [tree for name, tree in product().items() if named(name, [pattern])]
                assert any(check(call, method) for tree in trees for call, method in calls(tree)) or mentions(trees), (
                    pattern
                )


def mentions(trees: list[ast.Module]) -> bool:
    """A clock handed over as a callable, such as the first value of a field."""
    return any(isinstance(n, ast.Attribute) and asks_the_clock(n) for tree in trees for n in ast.walk(tree))


# ── Only the outside asks what time it is ────────────────────────────────────────────
def asks_the_clock(attribute: ast.Attribute) -> bool:
    owner = attribute.value
    return attribute.attr in READ_CLOCK and isinstance(owner, ast.Name) and owner.id in ON_CLOCK


def test_only_views_tasks_and_commands_ask_the_time() -> None:
    found = [
        f"{name}:{node.lineno} {ast.unparse(node)}"
        for name, tree in product().items()
        if not named(name, CLOCKS)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and asks_the_clock(node)
    ]
    assert found == []


# ── Views are scoped ─────────────────────────────────────────────────────────────────
def guarded() -> set[str]:
    """The models whose rows are somebody's to see: subjects and whatever else knows its readers."""
    found = set()
    for model in apps.get_models():
        rows = type(model._default_manager.all())
        if issubclass(rows, SubjectQuerySet) or any(hasattr(rows, name) for name in SCOPED):
            found.add(model.__name__)
    return found


def test_the_guarded_models_are_the_ones_we_think() -> None:
    assert {"Rif", "Delivery", "Notice", "Entry", "Document"} <= guarded()


def chains(tree: ast.Module) -> Iterator[tuple[ast.Attribute, set[str]]]:
    """Each `Something.objects` with every method that is called on what it gives."""
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_base_manager", "_default_manager"}:
            names, below, here = set(), node, above.get(node)
            while isinstance(here, ast.Attribute) or (isinstance(here, ast.Call) and below is here.func):
                names |= {here.attr} if isinstance(here, ast.Attribute) else set()
                below, here = here, above.get(here)
            yield node, names


def test_every_query_of_a_page_begins_with_who_asks() -> None:
    mine = guarded()
    found = [
        f"{name}:{source.lineno} {ast.unparse(source)}"
        for name, tree in product().items()
        if named(name, [FACES])
        for source, methods in chains(tree)
        if source.attr != "objects" or (ast.unparse(source.value) in mine and not methods & SCOPED)
    ]
    assert found == []


def test_nobody_switches_a_wall_off() -> None:
    text = {name: ast.unparse(tree) for name, tree in product().items()}
    assert [
        name for name, code in text.items() if re.search(r"skip_permission|NO FORCE ROW|SET ROLE|row_security", code)
    ] == []


# ── Names and layers ─────────────────────────────────────────────────────────────────
def test_modules_are_named_by_words_of_the_domain() -> None:
    assert [name for name in product() if FORBIDDEN_NAMES & set(Path(name).with_suffix("").parts)] == []


def test_every_app_has_a_layer_and_is_installed() -> None:
    setup = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = setup["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c.get("containers") == ["apps"])
    layered = {part.strip() for layer in layers for part in layer.split("|")}
    folders = {path.parent.name for path in (ROOT / "apps").glob("*/apps.py")}
    installed = {name.removeprefix("apps.") for name in settings.INSTALLED_APPS if name.startswith("apps.")}
    assert layered == folders == installed


def ours() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("apps.")]


@pytest.mark.parametrize("model", ours(), ids=lambda model: model._meta.label)
def test_no_model_orders_its_rows_behind_the_back_of_its_readers(model: type[models.Model]) -> None:
    assert not model._meta.ordering


@pytest.mark.parametrize("model", ours(), ids=lambda model: model._meta.label)
def test_every_model_says_what_a_row_is(model: type[models.Model]) -> None:
    assert model.__doc__
    assert not model.__doc__.startswith(f"{model.__name__}(")


# ── Lock files, settings, paths ──────────────────────────────────────────────────────
def test_lock_files_name_no_host() -> None:
    files = [*(ROOT / "requirements").iterdir(), *ROOT.glob("*.lock.json")]
    assert len(files) >= 5
    assert [path.name for path in files if re.search(r"https?://|--index-url|--find-links", path.read_text())] == []


def environment() -> set[str]:
    """Every variable that the portal reads from its environment."""
    read = re.compile(r"""(?:\benv\(|environ\.get\(|environ\[|is_on\()\s*["']([A-Z][A-Z_]+)["']""")
    files = sorted((ROOT / "portal").rglob("*.py"))
    return {name for path in files for name in read.findall(path.read_text(encoding="utf-8"))}


def test_every_setting_is_documented() -> None:
    pages = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/guides/operator.md"))
    internal = {"PATH", "HOME", "LANG", "PYTHONPATH"}
    assert sorted(name for name in environment() - internal if f"`{name}`" not in pages) == []


def test_every_documented_setting_exists() -> None:
    page = (ROOT / "docs/guides/operator.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"`(PORTAL_[A-Z_]+)`", page))
    read = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "portal").rglob("*.py"))
    assert sorted(name for name in documented if f'"{name}"' not in read) == []


def texts() -> Iterator[tuple[str, str]]:
    """Every text file of the project that people write."""
    kinds = {".py", ".md", ".html", ".txt", ".css", ".js", ".toml", ".in", ".csv", ".json", ".yml", ".yaml"}
    vendored = ("static/vendor", "tests/vendor")
    for folder in (*FOLDERS, "templates", "static", "requirements", ".ci"):
        for path in sorted((ROOT / folder).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if path.is_file() and path.suffix in kinds and not name.startswith(vendored):
                yield name, path.read_text(encoding="utf-8")


def having(pattern: str, but: Callable[[str], bool] = lambda name: False) -> list[str]:
    return [name for name, text in texts() if re.search(pattern, text) and not but(name)]


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    assert having(r"(?<![\w.])/(work|root|home/\w)[/\w]") == []


def test_nothing_is_left_to_be_done_in_a_comment() -> None:
    marks = "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3, "HA" + "CK"))
    assert having(rf"(?:#|//|<!--|\{{#)\s*(?:{marks})\b") == []
