"""The parts that every page is made of, in the markup of the European Component Library.

Parts with a body are `{% card %}…{% endcard %}`; small ones that stand in long tables are formatted here
instead of by a template of their own, which would take three times as long.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _

from apps.kernel.charts import TileGrid, grid_of

register = template.Library()
Text = str | Promise

SPRITE = "vendor/icons/icons.svg"
#: Our words for signs that the library calls otherwise.
ALIASES = {"bell": "notification", "attention": "error", "file-generic": "file-blank"}
SOON = timedelta(hours=24)
MESSAGES = {"success": "success", "warning": "warning", "error": "error"}


@register.simple_tag
def icon(name: str, label: str = "", size: int = 16) -> SafeString:
    """A sign of the library's sprite; without a label it is decoration and says nothing to a screen reader."""
    where = f"{static(SPRITE)}#{ALIASES.get(name, name)}"
    said = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="icon icon--{}" width="{}" height="{}" focusable="false" {}><use href="{}"></use></svg>',
        name, size, size, said, where,
    )  # fmt: skip


# ── Time ─────────────────────────────────────────────────────────────────────────────


def span_of(length: timedelta) -> str:
    """A length of time in words, never rounded up: 19 m, 41 h 40 m, 2 d 23 h, 14 d."""
    minutes = max(0, int(length.total_seconds() // 60))
    hours, days = minutes // 60, minutes // 1440
    if days >= 10:
        return _("%(days)d d") % {"days": days}
    if days >= 2:
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours % 24}
    if hours:
        return _("%(hours)d h %(minutes)02d m") % {"hours": hours, "minutes": minutes % 60}
    return _("%(minutes)d m") % {"minutes": minutes}


@dataclass(frozen=True)
class Face:
    """What a clock shows: its kind (over, soon, ahead, done, late), a sign, words, and the share of time used."""

    kind: str
    sign: str
    words: str
    used: int


def face_of(due: datetime, *, done: datetime | None, start: datetime | None, now: datetime) -> Face:
    """The face of the clock that runs from `start` to `due` and stops when it is `done`, as it stands `now`."""
    if done is not None:
        words = _("in %(time)s") % {"time": span_of(done - (start or done))}
        if done <= due:
            return Face("done", "check", words, 100)
        late = _("%(words)s, %(time)s late") % {"words": words, "time": span_of(done - due)}
        return Face("late", "check", late, 100)
    if now > due:
        return Face("over", "warning-round", _("%(time)s over") % {"time": span_of(now - due)}, 100)
    whole = (due - start).total_seconds() if start else 0
    used = round(100 * (now - start).total_seconds() / whole) if start and whole > 0 else 0
    words = _("%(time)s left") % {"time": span_of(due - now)}
    return Face("soon" if due - now < SOON else "ahead", "clock", words, min(100, max(0, used)))


@register.simple_tag(takes_context=True)
def clock(
    context: Context, due: datetime | None, done: datetime | None = None, start: datetime | None = None
) -> SafeString:
    """The time that is left or over, with a sign, words and a bar; the page gives the present as `now`."""
    if due is None:
        return SafeString("")
    face = face_of(due, done=done, start=start, now=context["now"])
    shown = done or due
    return format_html(
        '<time class="clock clock--{}" datetime="{}" title="{}">{}<span class="clock__words">{}</span>{}</time>',
        face.kind, shown.isoformat(), full(shown), icon(face.sign), face.words,
        bar(face.used, face.kind) if done is None else "",
    )  # fmt: skip


def bar(share: int, kind: str) -> SafeString:
    """A thin bar, filled to `share` of a hundred. The words beside it say the same."""
    return format_html(
        '<svg class="bar bar--{}" viewBox="0 0 100 4" preserveAspectRatio="none" width="100%" height="4"'
        ' aria-hidden="true"><rect class="bar__track" width="100" height="4"></rect>'
        '<rect class="bar__fill" width="{}" height="4"></rect></svg>',
        kind, share,
    )  # fmt: skip


def full(moment: datetime) -> str:
    """A moment with its year and zone, as it stands on hover: 21 Nov 2026, 13:02 CET."""
    return date_format(timezone.localtime(moment), "j M Y, H:i T")


@register.simple_tag(takes_context=True)
def when(context: Context, moment: datetime | None) -> SafeString:
    """A moment, short; the year only when it is not that of the page's `now`."""
    if moment is None:
        return SafeString('<span class="none">–</span>')
    local, now = timezone.localtime(moment), context.get("now")
    here = now is not None and timezone.localtime(now).year == local.year
    return format_html(
        '<time class="when" datetime="{}" title="{}"><span>{}</span> <span>{}</span></time>',
        moment.isoformat(), full(moment), date_format(local, "j M" if here else "j M Y"), date_format(local, "H:i"),
    )  # fmt: skip


@register.filter
def span(length: timedelta | None) -> str:
    """A length of time in words, a dash for none."""
    return "–" if length is None else span_of(length)


# ── Small parts ──────────────────────────────────────────────────────────────────────


@register.simple_tag
def pill(kind: str | int, text: Text) -> SafeString:
    """A state or an urgency in a word; `kind` is its code, for an urgency its number (1 is the most urgent)."""
    return format_html('<span class="pill pill--{}">{}</span>', slugify(str(kind).replace("_", "-")), text)


@register.simple_tag
def share(done: int, total: int) -> SafeString:
    """How many of how many, with a bar."""
    filled = round(100 * done / total) if total else 0
    drawn = bar(filled, "share")
    return format_html('<span class="share"><strong>{}</strong>/{}{}</span>', done, total, drawn)


@register.simple_tag
def org(code: str, name: Text = "", long: bool = False) -> SafeString:  # noqa: FBT001, FBT002 - written in templates
    """The code of an organisation on a tile; its name on hover, or beside it when `long`."""
    if long:
        return format_html('<span class="org">{}</span> {}', code, name)
    return format_html('<abbr class="org" title="{}">{}</abbr>', name or code, code)


@register.simple_tag
def button(
    text: Text, href: str = "", kind: str = "primary", sign: str = "", refusal: Any = None, at: str = "", **more: Any
) -> SafeString:
    """A button, or a link that looks like one; with a refusal it cannot be pressed and says why.

    `more` are further attributes of the element, such as name, value or form; `at` sets two buttons
    with the same words on one page apart.
    """
    inner = format_html('{}<span class="ecl-button__label">{}</span>', icon(sign) if sign else "", text)
    look = f"ecl-button ecl-button--{kind} ecl-button--m"
    if refusal is not None:
        why = f"why-{slugify(str(text))}{at}"
        return format_html(
            '<span class="refused"><button type="button" class="{}" aria-disabled="true" aria-describedby="{}">{}'
            '</button><span class="refused__why" id="{}">{}</span></span>',
            look, why, inner, why, getattr(refusal, "reason", refusal),
        )  # fmt: skip
    given = [(name.replace("_", "-"), value) for name, value in more.items() if value not in {None, ""}]
    rest = format_html_join("", ' {}="{}"', given)
    if href:
        return format_html('<a class="{}" href="{}"{}>{}</a>', look, href, rest, inner)
    return format_html('<button type="submit" class="{}"{}>{}</button>', look, rest, inner)


@register.simple_tag(takes_context=True)
def tab(context: Context, text: Text, url: str, active: Any = None, count: int | None = None) -> SafeString:
    """One tab of `{% tabs %}`: a page of its own, so that it works without JavaScript.

    Unless the view says which tab is active, it is the one with the address of the page.
    """
    active = context["request"].path == url if active is None else active
    words = format_html("{} ({})", text, count) if count is not None else text
    here = SafeString(' aria-current="page"') if active else ""
    return format_html('<li><a class="tabs__tab" href="{}"{}>{}</a></li>', url, here, words)


# ── Parts with a body ────────────────────────────────────────────────────────────────


@register.simple_block_tag
def card(content: str, title: Text = "", name: str = "", note: Text = "", look: str = "") -> str:
    """A white card with a heading; `name` is its id, `note` stands small at the right of the heading."""
    return render_to_string(
        "ecl/card.html", {"content": content, "title": title, "name": name, "note": note, "look": look}
    )


@register.simple_block_tag
def page_header(
    content: str,
    title: Text,
    up: str = "",
    up_title: Text = "",
    here: Text = "",
    pills: str = "",
    meta: Text = "",
) -> str:
    """The head of a page: where it stands, its title and what it is about; the body holds its buttons."""
    return render_to_string(
        "ecl/page_header.html",
        {
            "content": content,
            "title": title,
            "up": up,
            "up_title": up_title,
            "here": here,
            "pills": pills,
            "meta": meta,
        },
    )


@register.simple_block_tag
def tabs(content: str, label: Text) -> SafeString:
    """A row of tabs; the body holds one `{% tab %}` each."""
    return format_html('<nav class="tabs" aria-label="{}"><ul>{}</ul></nav>', label, content)


# ── Forms ────────────────────────────────────────────────────────────────────────────

WIDGETS = {
    "select": "ecl-select",
    "selectmultiple": "ecl-text-input multiple",
    "textarea": "ecl-text-area",
    "checkbox": "ecl-checkbox__input",
}


@register.inclusion_tag("ecl/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """A field of a form with its label, hint and error."""
    kind = bound.widget_type
    invalid = " ecl-text-input--invalid" if bound.errors else ""
    many = kind in {"checkboxselectmultiple", "radioselect"}
    widget = "" if many else bound.as_widget(attrs={"class": WIDGETS.get(kind, "ecl-text-input") + invalid})
    return {"field": bound, "kind": kind, "widget": widget, "many": many, "optional": not bound.field.required}


@register.inclusion_tag("ecl/error_summary.html")
def error_summary(form: BaseForm | None = None, faults: Iterable[tuple[str, str, str]] = ()) -> dict[str, Any]:
    """Everything to correct, each a link to its field. `faults` are (id, label, message) of other forms."""
    found = [*faults]
    if form is not None and form.is_bound:
        found += [
            (form[name].id_for_label or form[name].auto_id, str(form[name].label), str(message))
            for name in form.fields
            for message in form.errors.get(name, [])
        ]
    return {"faults": found, "general": form.non_field_errors() if form is not None and form.is_bound else []}


@register.inclusion_tag("ecl/facet.html")
def facet(title: Text, choices: Iterable[Any], open: bool = True) -> dict[str, Any]:  # noqa: A002, FBT001, FBT002 - written in templates
    """A filter with a count beside each choice (name, value, label, count, chosen)."""
    listed = list(choices)
    return {"title": title, "choices": listed, "chosen": sum(bool(c.chosen) for c in listed), "open": open}


# ── Parts with a template ────────────────────────────────────────────────────────────


@register.inclusion_tag("ecl/empty_state.html")
def empty_state(title: Text, text: Text = "", sign: str = "check") -> dict[str, Any]:
    """What stands where nothing is: why it is empty and what to do."""
    return {"title": title, "text": text, "sign": sign}


@register.inclusion_tag("ecl/timeline.html", takes_context=True)
def timeline(context: Context, events: Iterable[Any]) -> dict[str, Any]:
    """What happened, the latest first (at, title, who, text)."""
    return {"events": events, "now": context.get("now")}


@register.inclusion_tag("ecl/tile_grid.html")
def tile_grid(tiles: Iterable[Mapping[str, Any]]) -> dict[str, TileGrid]:
    """The map of administrations as tiles of equal size (code, state, text or taken, name)."""
    return {"grid": grid_of(tiles)}


@register.inclusion_tag("ecl/pagination.html", takes_context=True)
def pagination(context: Context, page: Any, query: str | None = None, target: str = "results") -> dict[str, Any]:
    """From one page to the next and back to the first; `query` is the address of the filter without its page."""
    if query is None:
        asked = context["request"].GET.copy()
        asked.pop("after", None)
        query = asked.urlencode()
    return {"page": page, "query": query, "joint": "&" if query else "", "target": target}


@register.inclusion_tag("ecl/messages.html")
def message_list(messages: Iterable[Any]) -> dict[str, Any]:
    """What the last action has to say."""
    return {"messages": [(MESSAGES.get(m.level_tag, "info"), m) for m in messages]}
