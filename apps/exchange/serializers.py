"""Shapes of the API, version 1."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.inquiries.models import Consent, Inquiry, Message, Verdict
from apps.rifs.form import FIELDS, GROUPS, Field
from apps.rifs.models import SHARED, Assessment, Delivery, Implemented, Measure, Result, Rif


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    """The ledger row of one administration."""

    organisation = serializers.CharField(source="organisation.code")
    stage = serializers.CharField(read_only=True)

    class Meta:
        model = Delivery
        fields = ("organisation", "for_action", "delivered_at", "due_at", "opened_at", "acknowledged_at",
                  "acknowledged_by", "acknowledged_version", "stage", "assessment", "reason", "measures",
                  "withdraw_by", "withdrawn_at", "closed_at")  # fmt: skip


class RifLineSerializer(serializers.ModelSerializer[Rif]):
    """A RIF as the list shows it."""

    issuer = serializers.CharField(source="issuer.code")

    class Meta:
        model = Rif
        fields = ("reference", "status", "title", "urgency", "nature", "areas", "tlp", "issuer", "created_at",
                  "published_at", "version", "valid_to", "addressed", "acknowledged", "network",
                  "network_reference")  # fmt: skip


def _plain(field: Field) -> serializers.Field[Any, Any, Any, Any]:
    if field.kind == "several":
        return serializers.ListField(child=serializers.CharField(max_length=40), required=False, max_length=100)
    return serializers.CharField(required=False, allow_blank=True, max_length=max(field.longest, 40))


def _row(name: str) -> serializers.ListSerializer[Any]:
    fields = {field.name: _plain(field) for field in GROUPS[name].fields}
    row = type(f"{name.title()}Row", (serializers.Serializer,), {**fields, "__doc__": f"One row of {name}."})
    many: serializers.ListSerializer[Any] = row(many=True, required=False, max_length=200)
    return many


class ContentSerializer(serializers.Serializer[dict[str, Any]]):
    """The content of a RIF, as docs/rif-form.md describes it field by field."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """From the one table of the form."""
        return {**{name: _plain(field) for name, field in FIELDS.items()}, **{name: _row(name) for name in GROUPS}}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Refuse names that the form does not have: a misspelt field must not be lost silently."""
        unknown = sorted(set(data) - set(FIELDS) - set(GROUPS)) if isinstance(data, dict) else []
        if unknown:
            raise serializers.ValidationError({name: ["The form has no field of this name."] for name in unknown})
        value: dict[str, Any] = super().to_internal_value(data)
        return value


class RifSerializer(RifLineSerializer):
    """A RIF in full, with the ledger and what may be done now."""

    content = serializers.SerializerMethodField()
    deliveries = serializers.SerializerMethodField()
    offers = serializers.SerializerMethodField()

    class Meta(RifLineSerializer.Meta):
        fields = (*RifLineSerializer.Meta.fields, "content", "ending", "deliveries", "offers")  # type: ignore[assignment]

    @extend_schema_field(ContentSerializer)
    def get_content(self, rif: Rif) -> dict[str, Any]:
        """The content without the keys of rows."""
        return {
            name: [{k: v for k, v in row.items() if k != "key"} for row in value] if name in GROUPS else value
            for name, value in rif.content.items()
        }

    @extend_schema_field(DeliverySerializer(many=True))
    def get_deliveries(self, rif: Rif) -> Any:
        """Who was addressed and answered."""
        if rif.status not in SHARED:
            return []
        rows = rif.deliveries.select_related("organisation").order_by("organisation__code")
        return DeliverySerializer(rows, many=True).data

    @extend_schema_field(serializers.DictField(child=serializers.CharField(allow_null=True)))
    def get_offers(self, rif: Rif) -> dict[str, str | None]:
        """Each action that the caller knows: null when it is open, else why not."""
        from apps.workflow.transitions import offers

        actor = self.context["request"].user
        return {o.name: str(o.refusal.reason) if o.refusal else None for o in offers(rif, actor)}


class DraftSerializer(serializers.Serializer[Any]):
    """A new RIF."""

    content = ContentSerializer(required=False)


class ReasonSerializer(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=4_000)


class OutcomeSerializer(serializers.Serializer[Any]):
    """What came of it."""

    outcome = serializers.CharField(max_length=4_000)


class AssessSerializer(serializers.Serializer[Any]):
    """What a RIF means for the caller's administration."""

    assessment = serializers.ChoiceField(choices=Assessment.choices)
    reason = serializers.CharField(max_length=4_000, required=False, allow_blank=True)
    duplicate_of = serializers.CharField(max_length=30, required=False, allow_blank=True)
    known_here = serializers.BooleanField(required=False)


class MeasuresSerializer(serializers.Serializer[Any]):
    """What the caller's administration did about it."""

    measures = serializers.ListField(child=serializers.ChoiceField(choices=Measure.choices), max_length=5)
    profile = serializers.CharField(max_length=60, required=False, allow_blank=True)


class FeedbackSerializer(serializers.Serializer[Any]):
    """A report of risk analysis and controls (domain 4.3)."""

    result = serializers.ChoiceField(choices=Result.choices)
    final = serializers.BooleanField(required=False)
    implemented = serializers.ChoiceField(choices=Implemented.choices, required=False)
    profile = serializers.CharField(max_length=60, required=False, allow_blank=True)
    profile_from = serializers.DateField(required=False)
    profile_to = serializers.DateField(required=False)
    hits = serializers.IntegerField(min_value=0, max_value=10**9, required=False)
    hits_assessed = serializers.IntegerField(min_value=0, max_value=10**9, required=False)
    controls = serializers.IntegerField(min_value=0, max_value=10**9, required=False)
    irregularities = serializers.IntegerField(min_value=0, max_value=10**9, required=False)
    quantity = serializers.CharField(max_length=140, required=False, allow_blank=True)
    duties = serializers.DecimalField(max_digits=14, decimal_places=2, min_value=0, required=False)
    extend = serializers.BooleanField(required=False)
    usefulness = serializers.IntegerField(min_value=1, max_value=4, required=False)
    comment = serializers.CharField(max_length=4_000, required=False, allow_blank=True)


class MessageSerializer(serializers.ModelSerializer[Message]):
    """One text of the thread of a request."""

    organisation = serializers.CharField(source="organisation.code")

    class Meta:
        model = Message
        fields = ("organisation", "author_name", "at", "text", "is_answer", "verdict")


class ConsentSerializer(serializers.ModelSerializer[Consent]):
    """The issuer's word that a RIF may be shared with an agency."""

    agency = serializers.CharField(source="agency.code")
    issuer = serializers.CharField(source="issuer.code")

    class Meta:
        model = Consent
        fields = ("rif_reference", "agency", "issuer", "given_by", "given_at")


class InquiryLineSerializer(serializers.ModelSerializer[Inquiry]):
    """A request as the list shows it."""

    asker = serializers.CharField(source="asker.code")
    addressee = serializers.CharField(source="addressee.code")

    class Meta:
        model = Inquiry
        fields = ("reference", "status", "purpose", "title", "asker", "asked_by", "asked_at", "addressee",
                  "addressed_to", "rif_reference", "due_at", "answered_at", "answered_by", "ended_at")  # fmt: skip


class InquirySerializer(InquiryLineSerializer):
    """A request in full, with its thread and what may be done now."""

    agency = serializers.CharField(source="agency.code", allow_null=True)
    messages = serializers.SerializerMethodField()
    consent = serializers.SerializerMethodField()
    offers = serializers.SerializerMethodField()

    class Meta(InquiryLineSerializer.Meta):
        fields = (*InquiryLineSerializer.Meta.fields, "text", "agency", "ending", "messages", "consent", "offers")  # type: ignore[assignment]

    @extend_schema_field(MessageSerializer(many=True))
    def get_messages(self, inquiry: Inquiry) -> Any:
        """Everything that was written, in the order of time."""
        return MessageSerializer(inquiry.messages.select_related("organisation").order_by("pk"), many=True).data

    @extend_schema_field(ConsentSerializer(allow_null=True))
    def get_consent(self, inquiry: Inquiry) -> Any:
        """The consent that was given, if one was."""
        given = Consent.objects.filter(inquiry=inquiry).select_related("agency", "issuer").first()
        return ConsentSerializer(given).data if given else None

    @extend_schema_field(serializers.DictField(child=serializers.CharField(allow_null=True)))
    def get_offers(self, inquiry: Inquiry) -> dict[str, str | None]:
        """Each action that the caller knows: null when it is open, else why not."""
        from apps.workflow.transitions import offers

        actor = self.context["request"].user
        return {o.name: str(o.refusal.reason) if o.refusal else None for o in offers(inquiry, actor)}


class AnswerSerializer(serializers.Serializer[Any]):
    """The answer; a request for consent is answered by yes or no, with the reason."""

    text = serializers.CharField(max_length=10_000)
    verdict = serializers.ChoiceField(choices=Verdict.choices, required=False)


class ProblemSerializer(serializers.Serializer[Any]):
    """Problem details (RFC 9457)."""

    type = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    faults = serializers.ListField(child=serializers.DictField(child=serializers.CharField()))
