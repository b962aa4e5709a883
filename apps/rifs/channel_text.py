"""The draft text of a RIF for another network, so that nobody types it a second time (domain 4.6)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from apps.rifs.channels import BASES, Channel
from apps.rifs.content import filled_rows
from apps.rifs.form import FIELDS, GROUPS
from apps.rifs.models import SHARED, Rif
from apps.rifs.show import words_for

GROUPS_SENT = ("goods", "operators", "transport", "route", "results")
FACTS_SENT = ("kind", "modus_operandi", "other_modus_operandi", "detected_by", "valid_from", "valid_to", "contact",
              "unit", "caveats")  # fmt: skip


def draft_text(rif: Rif, channel: Channel) -> str:
    """The whole text, its marking on top and at the end."""
    marking = f"TLP:{rif.tlp}"
    if rif.content.get("eu_marking"):
        marking += f" · {words_for(FIELDS['eu_marking'], rif.content['eu_marking'])}"
    parts = [marking, *_head(rif, channel), *_body(rif), *_rest(channel), marking]
    return "\n\n".join(parts) + "\n"


def _head(rif: Rif, channel: Channel) -> Iterator[str]:
    yield "\n".join(
        [
            _("DRAFT for %(channel)s") % {"channel": channel.title},
            _("Through: %(through)s") % {"through": channel.through},
            _("Legal basis: %(basis)s") % {"basis": BASES[channel.bases[0]].title},
        ]
    )
    known = rif.status in SHARED
    version = _("version %(number)d") % {"number": rif.version} if known else _("not published as a RIF")
    yield _("From: %(name)s, %(reference)s, %(version)s") % {
        "name": rif.issuer.name, "reference": rif.reference, "version": version,
    }  # fmt: skip


def _body(rif: Rif) -> Iterator[str]:
    for name in ("title", "summary"):
        if rif.content.get(name):
            yield f"{FIELDS[name].label}\n{rif.content[name]}"
    facts = [f"{FIELDS[n].label}: {words_for(FIELDS[n], rif.content[n])}" for n in FACTS_SENT if rif.content.get(n)]
    if facts:
        yield "\n".join(facts)
    for name in GROUPS_SENT:
        group = GROUPS[name]
        for number, row in enumerate(filled_rows(rif.content, name), start=1):
            lines = [f"  {f.label}: {words_for(f, row[f.name])}" for f in group.fields if row.get(f.name)]
            yield "\n".join([f"{group.title} {number}", *lines])


def _rest(channel: Channel) -> Iterator[str]:
    yield _("To be added there: %(wants)s") % {"wants": channel.wants}
