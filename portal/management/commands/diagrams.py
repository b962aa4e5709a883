"""`manage.py diagrams`: writes the pages of docs/ that follow from the code; a test compares them with it."""

import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db.models import Model
from django.utils import translation

from apps.accounts.matrix import MEANING, ROLES, Permission
from apps.inquiries.models import Inquiry
from apps.inquiries.models import Status as InquiryStatus
from apps.organisations.models import Kind
from apps.rifs import choices
from apps.rifs.content import ALL_MEMBER_STATES
from apps.rifs.form import STEPS, Field
from apps.rifs.models import Rif, Status
from apps.workflow.transitions import DECLARED, Action

DOCS = settings.BASE_DIR / "docs"
NOTE = "<!-- Written by `manage.py diagrams`; change the code, then run it again. -->"
START, END = "<!-- layers: written by `manage.py diagrams` -->", "<!-- end of layers -->"
WIDTH = 62  # of the layer picture, in letters
#: With which permission a row of each register begins.
BEGINS: dict[type[Model], Permission] = {Rif: Permission.RIF_DRAFT, Inquiry: Permission.INQUIRY_WRITE}


class Command(BaseCommand):
    """Writes each generated page anew and says which ones changed."""

    help = __doc__
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Write what differs."""
        for name, text in pages().items():
            path = DOCS / name
            if path.exists() and path.read_text(encoding="utf-8") == text:
                continue
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"docs/{name} written.")


def pages() -> dict[str, str]:
    """Every generated page by its name in docs/, as it must be now."""
    with translation.override("en"):
        return {
            "architecture.md": with_layers((DOCS / "architecture.md").read_text(encoding="utf-8")),
            "openapi.json": openapi(),
            "permissions.md": permissions(),
            "rif-form.md": rif_form(),
            "status-inquiry.md": status_of(Inquiry, InquiryStatus.OPEN, "ask"),
            "status-rif.md": status_of(Rif, Status.DRAFT, "draft"),
        }


# ── The layers of the house ──────────────────────────────────────────────────────────
def with_layers(page: str) -> str:
    """The architecture page with its layer picture drawn anew between the marks."""
    head, _start, rest = page.partition(START)
    _old, _end, tail = rest.partition(END)
    return f"{head}{START}\n```text\n{layers()}\n```\n{END}{tail}"


def layers() -> str:
    """The layers as the import contracts state them, the highest on top."""
    setup = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = setup["tool"]["importlinter"]["contracts"]
    whole = next(c for c in contracts if c["type"] == "layers" and c.get("containers") == ["apps"])
    rows = ["portal", *(re.sub(r"[()]", "", layer) for layer in whole["layers"])]
    line = "─" * WIDTH
    drawn = [f"│{_neighbours(row):^{WIDTH}}│" for row in rows]
    return f"┌{line}┐\n" + f"\n├{line}┤\n".join(drawn) + f"\n└{line}┘"


def _neighbours(row: str) -> str:
    """Apps of one layer, which do not know each other, side by side."""
    return "     │     ".join(part.strip() for part in row.split("|"))


# ── Roles, permissions and actions ───────────────────────────────────────────────────
def permissions() -> str:
    """The page of who may do what: roles by permissions, then actions with their guards and states."""
    words = [
        NOTE,
        "# Who may do what",
        (
            "A role gives permissions (table 1). An action needs one of them, is possible in certain states, and has"
            " guards that look at the person's relation to the object (tables 3 to 5 and their like). Both must"
            " hold. What somebody may not see answers like what does not exist."
        ),
        "## 1. Roles and permissions",
        _roles(),
        "## 2. What each permission means",
        table(("permission", "meaning"), ((f"`{p}`", str(MEANING[p])) for p in Permission)),
    ]
    for number, (model, actions) in enumerate(DECLARED.items()):
        words += [
            f"## {3 + 3 * number}. Actions on {_one(model)}",
            (
                f"Whoever has `{BEGINS[model]}` begins a new one; it belongs to the organisation for which that person"
                " acts. Guards are asked in the order given; the first that refuses is the reason that is shown."
            ),
            _actions(actions.values()),
            f"## {4 + 3 * number}. Actions by state of {_one(model)}",
            _by_state(model, actions.values()),
            f"## {5 + 3 * number}. Roles, actions and states of {_one(model)}",
            "The states in which the role and the state allow the action; guards still apply. "
            + ", ".join(f"{short} = {label}" for short, label in _short(model).values())
            + ".",
            _by_role(model, actions.values()),
        ]
    return "\n\n".join(words) + "\n"


def _roles() -> str:
    head = ("role", "given by", *(f"`{p}`" for p in Permission))
    kinds = {role: _kinds(facts.kinds) for role, facts in ROLES.items()}
    return table(
        head,
        (
            (f"{facts.title} `{role}`", kinds[role], *("●" if p in facts.permissions else "" for p in Permission))
            for role, facts in ROLES.items()
        ),
    )


def _kinds(kinds: Sequence[Kind]) -> str:
    return "every organisation" if set(kinds) == set(Kind) else ", ".join(str(kind.label) for kind in kinds)


def _actions(actions: Iterable[Action[Any, Any]]) -> str:
    rows = (
        (
            f"`{a.name}`",
            a.title,
            f"`{a.needs}`",
            "; ".join(map(_sentence, a.guards)) or "none",
            f"`{a.target}`" * bool(a.target) or "as it was",
        )
        for a in actions
    )
    return table(("action", "what it does", "needs", "guards", "leads to"), rows)


def _sentence(described: Any) -> str:
    """The first line of a docstring without its full stop."""
    return (described.__doc__ or "").strip().splitlines()[0].rstrip(".")


def _one(model: type[Model]) -> str:
    """What one row of a register is, such as "a risk information form": the start of its docstring."""
    words = _sentence(model).partition(".")[0]
    return words[0].lower() + words[1:]


def _states(model: type[Model]) -> list[tuple[str, str]]:
    status: Any = model._meta.get_field("status")
    return [(str(code), str(label)) for code, label in status.choices]


def _by_state(model: type[Model], actions: Iterable[Action[Any, Any]]) -> str:
    states = _states(model)
    rows = ((f"`{a.name}`", *("●" if _possible(a, code) else "" for code, _label in states)) for a in actions)
    return table(("action", *(label for _code, label in states)), rows)


def _possible(action: Action[Any, Any], state: str) -> bool:
    return not action.sources or state in action.sources


def _short(model: type[Model]) -> dict[str, tuple[str, str]]:
    """Each state's letters, told apart by their second one where the first is taken."""
    known: dict[str, tuple[str, str]] = {}
    for code, label in _states(model):
        taken = {short for short, _label in known.values()}
        known[code] = (code[0] if code[0] not in taken else code[:2].title(), label)
    return known


def _by_role(model: type[Model], actions: Iterable[Action[Any, Any]]) -> str:
    shown, short = list(actions), _short(model)

    def cell(action: Action[Any, Any], held: frozenset[Permission]) -> str:
        states = [letters for state, (letters, _label) in short.items() if _possible(action, state)]
        return " ".join(states) if action.needs in held else ""

    rows = [(str(role.title), *(cell(action, role.permissions) for action in shown)) for role in ROLES.values()]
    acting = [row for row in rows if any(row[1:])]
    idle = ", ".join(row[0] for row in rows if not any(row[1:]))
    return table(("role", *(f"`{a.name}`" for a in shown)), acting) + f"\n\nNo action on it: {idle}."


# ── Life cycles ──────────────────────────────────────────────────────────────────────
def declared(model: type[Model]) -> dict[str, Action[Any, Any]]:
    """The actions of one register."""
    return next(actions for register, actions in DECLARED.items() if register is model)


def status_of(model: type[Model], first: str, begun: str) -> str:
    """The states of a register as a Mermaid diagram, drawn from the declared transitions."""
    moves = [action for action in declared(model).values() if action.target]
    last = [code for code, _label in _states(model) if not any(code in move.sources for move in moves)]
    lines = [
        "stateDiagram-v2",
        *(f'    state "{label}" as {code}' for code, label in _states(model)),
        f"    [*] --> {first} : {begun}",
        *(f"    {source} --> {move.target} : {move.name}" for move in moves for source in move.sources),
        *(f"    {code} --> [*]" for code in last),
    ]
    kept = [action for action in declared(model).values() if not action.target]
    words = [
        NOTE,
        f"# The states of {_one(model)}",
        "```mermaid\n" + "\n".join(lines) + "\n```",
        (
            "Each arrow is one action. Who may take it, and what may stand against it, is said in"
            " [permissions.md](permissions.md)."
        ),
        "Actions that leave the state as it is:",
        table(
            ("action", "what it does", "possible in"), ((f"`{a.name}`", a.title, _words_for(model, a)) for a in kept)
        ),
    ]
    return "\n\n".join(words) + "\n"


def _words_for(model: type[Model], action: Action[Any, Any]) -> str:
    return ", ".join(label for code, label in _states(model) if _possible(action, code))


# ── The form ─────────────────────────────────────────────────────────────────────────
def rif_form() -> str:
    """The form of a RIF field by field, as pages and API take it."""
    words = [
        NOTE,
        "# The form of a RIF",
        (
            "The names are those of the API's `content`. Text is given as text, `several` as a list of codes, a group"
            " as a list of rows with the fields of the group. D.E. is the number of the EU data element"
            " (Annex B to Regulation (EU) 2015/2447). A draft may hold anything; review asks that required fields are"
            " filled and that no check has found an error. A field marked *found by* is an identifier of the search."
        ),
    ]
    for step in STEPS:
        words.append(f"## {step.title}")
        if step.fields:
            words.append(_fields(step.fields))
        for group in step.groups:
            words += [f"### {group.title}: rows of `{group.name}`", _fields(group.fields)]
    words += ["## Code lists", *_lists()]
    return "\n\n".join(words) + "\n"


def _fields(fields: Iterable[Field]) -> str:
    rows = (
        (f"`{f.name}`", f"{f.label}{' (required)' * f.required}", f.kind, f.element, str(f.longest or ""), _rule(f),
         "●" if f.identifies else "")
        for f in fields
    )  # fmt: skip
    return table(("name", "field", "kind", "D.E.", "longest", "what it must be", "found by"), rows)


def _rule(field: Field) -> str:
    if field.choices is choices.addressees:
        return f"codes of organisations that are no operators, or `{ALL_MEMBER_STATES}`"
    if field.choices is not None:
        return "one of the codes below" if field.kind == "choice" else "codes from the list below"
    return _sentence(field.check) if field.check else ""


def _lists() -> list[str]:
    fields = [f for step in STEPS for f in (*step.fields, *(f for group in step.groups for f in group.fields))]
    listed = [f for f in fields if f.choices is not None and f.choices is not choices.addressees]
    return [f"**{f.label}** (`{f.name}`): {_codes(f.choices)}" for f in listed if f.choices]


def _codes(options: Callable[[], Iterable[tuple[str, Any]]]) -> str:
    return "; ".join(f"`{code}` {label}" for code, label in options()) + "."


# ── The API ──────────────────────────────────────────────────────────────────────────
def openapi() -> str:
    """The API's own description."""
    from drf_spectacular.generators import SchemaGenerator
    from drf_spectacular.renderers import OpenApiJsonRenderer

    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    text: str = OpenApiJsonRenderer().render(schema, renderer_context={}).decode()
    return text.rstrip() + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; a bar inside a cell stays a bar."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
