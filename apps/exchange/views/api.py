"""The API, version 1: reading views and one POST for each action, with the same checks as the pages."""

from typing import Any, cast
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.audit.middleware import looked_at
from apps.exchange import serializers as shapes
from apps.exchange.calls import ETAG, IF_MATCH, ONCE, ONCE_ASKED, carry_out, must_match, version_of
from apps.inquiries import actions as inquiries
from apps.inquiries.models import Inquiry
from apps.inquiries.register import page_of as inquiries_of
from apps.inquiries.register import scope_of
from apps.kernel.actor import Actor
from apps.kernel.requests import HttpRequest
from apps.rifs import actions
from apps.rifs.models import SHARED, Rif
from apps.rifs.register import Filter, page_of

NO = (400, 401, 403, 404, 406, 409, 415, 422, 429)
PROBLEM = "application/problem+json"
PROBLEMS: dict[Any, Any] = {(code, PROBLEM): shapes.ProblemSerializer for code in NO}


class RifList(APIView):
    """RIFs that the caller may read, the newest first."""

    @extend_schema(
        operation_id="list_rifs",
        parameters=[
            OpenApiParameter("scope", OpenApiTypes.STR, enum=["received", "sent", "preparation", "all"]),
            OpenApiParameter("q", OpenApiTypes.STR, description="Words, an identifier or its beginning."),
            OpenApiParameter("after", OpenApiTypes.STR, description="`next` of the page before."),
        ],
        responses={200: shapes.RifLineSerializer(many=True), **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """A page of RIFs; the header Link names the next one."""
        query = QueryDict(mutable=True)
        query.update({"scope": "all", **request.query_params.dict()})
        page = page_of(caller(request), Filter.read(query), timezone.now(), 100)
        body = shapes.RifLineSerializer([row.rif for row in page.rows], many=True).data
        answer = Response(body)
        if page.next:
            query["after"] = page.next
            answer["Link"] = f'<{request.path}?{query.urlencode()}>; rel="next"'
        return answer

    @extend_schema(
        operation_id="draft_rif",
        parameters=[ONCE, ETAG],
        request=shapes.DraftSerializer,
        responses={201: shapes.RifSerializer, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Start a RIF as a draft of the caller's administration."""
        sent = shapes.DraftSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        content = sent.validated_data.get("content") or {}
        reference = carry_out(
            request, lambda: actions.draft(by=caller(request), at=timezone.now(), content=content).reference
        )
        answer = _full(visible(request, reference), request, status.HTTP_201_CREATED)
        answer.headers["Location"] = reverse("exchange:rif", args=[reference])
        return answer


class RifDetail(APIView):
    """One RIF."""

    @extend_schema(operation_id="read_rif", parameters=[ETAG], responses={200: shapes.RifSerializer, **PROBLEMS})
    def get(self, request: Request, reference: str) -> Response:
        """The RIF in full. The first reading of an administration is noted in its ledger row."""
        rif = visible(request, reference)
        if rif.status in SHARED and any(
            row.organisation_id == caller(request).organisation_id for row in rif.deliveries.all()
        ):
            actions.open_(rif, by=caller(request), at=timezone.now())
        looked_at(cast(HttpRequest, request._request), "rif.read", rif)
        return _full(rif, request)


class RifAction(APIView):
    """Base of the actions: finds the RIF, carries the action out, answers with the RIF."""

    action: Any
    shape: type[Any] | None = None

    def post(self, request: Request, reference: str) -> Response:
        """Carry it out or answer with the reason why not."""
        rif, words = visible(request, reference), {}
        if self.shape is not None:
            sent = self.shape(data=request.data)
            sent.is_valid(raise_exception=True)
            words = sent.validated_data

        def act() -> str:
            must_match(request, rif)
            type(self).action(rif, by=caller(request), at=timezone.now(), **words)
            return rif.reference

        return _full(visible(request, carry_out(request, act)), request)


def _action(verb: str, done: Any, shape: type[Any] | None = None) -> type[RifAction]:
    """The view of one action, described for the API's document."""
    name = "".join(part.title() for part in verb.split("_"))
    view = type(name, (RifAction,), {"action": done, "shape": shape, "__doc__": done.title})
    describe = extend_schema(
        operation_id=f"{verb}_rif",
        parameters=[ONCE, IF_MATCH, ETAG],
        request=shape,
        responses={200: shapes.RifSerializer, **PROBLEMS, (412, PROBLEM): shapes.ProblemSerializer},
        description=done.title,
    )
    described: type[RifAction] = extend_schema_view(post=describe)(view)
    return described


ACTIONS: dict[str, type[RifAction]] = {
    "submit": _action("submit", actions.submit),
    "send_back": _action("send_back", actions.send_back, shapes.ReasonSerializer),
    "publish": _action("publish", actions.publish),
    "acknowledge": _action("acknowledge", actions.acknowledge),
    "publish_version": _action("publish_version", actions.publish_version),
    "revise": _action("revise", actions.revise),
    "recall": _action("recall", actions.recall, shapes.ReasonSerializer),
    "assess": _action("assess", actions.assess, shapes.AssessSerializer),
    "take_measures": _action("take_measures", actions.take_measures, shapes.MeasuresSerializer),
    "give_feedback": _action("give_feedback", actions.give_feedback, shapes.FeedbackSerializer),
    "withdraw_profile": _action("withdraw_profile", actions.withdraw_profile),
    "close": _action("close", actions.close, shapes.OutcomeSerializer),
    "cancel": _action("cancel", actions.cancel, shapes.ReasonSerializer),
    "discard": _action("discard", actions.discard),
}


def visible(request: Request, reference: str) -> Rif:
    """The RIF, if the caller may read it; else the same answer as for none."""
    return Rif.objects.visible_or_404(caller(request), reference=reference)


def caller(request: Request) -> Actor:
    """Who calls; the permission class has let nobody else in."""
    return cast(Actor, request.user)


def _full(rif: Rif, request: Request, code: int = status.HTTP_200_OK) -> Response:
    body = shapes.RifSerializer(rif, context={"request": request}).data
    return Response(body, status=code, headers={"ETag": version_of(rif)})


class InquiryList(APIView):
    """Requests of and to the caller's organisation."""

    @extend_schema(
        operation_id="list_inquiries",
        parameters=[
            OpenApiParameter("scope", OpenApiTypes.STR, enum=["answer", "asked", "all"]),
            OpenApiParameter("after", OpenApiTypes.STR, description="`next` of the page before."),
        ],
        responses={200: shapes.InquiryLineSerializer(many=True), **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """A page of requests; those that wait for an answer unless `scope` says otherwise, the soonest due first."""
        scope = scope_of(request.query_params.get("scope", ""))
        page = inquiries_of(caller(request), scope, request.query_params.get("after", ""), 100)
        answer = Response(shapes.InquiryLineSerializer(page.rows, many=True).data)
        if page.next:
            answer["Link"] = f'<{request.path}?{urlencode({"scope": scope, "after": page.next})}>; rel="next"'
        return answer


class InquiryDetail(APIView):
    """One request."""

    @extend_schema(operation_id="read_inquiry", responses={200: shapes.InquirySerializer, **PROBLEMS})
    def get(self, request: Request, reference: str) -> Response:
        """The request in full, with its thread."""
        inquiry = visible_inquiry(request, reference)
        looked_at(cast(HttpRequest, request._request), "inquiry.read", inquiry)
        return _inquiry(inquiry, request)


class InquiryAnswer(APIView):
    """Answering a request."""

    @extend_schema(
        operation_id="answer_inquiry",
        parameters=[ONCE_ASKED],
        request=shapes.AnswerSerializer,
        responses={200: shapes.InquirySerializer, **PROBLEMS},
        description=inquiries.answer.title,
    )
    def post(self, request: Request, reference: str) -> Response:
        """Answer or say why that is not possible."""
        inquiry = visible_inquiry(request, reference)
        sent = shapes.AnswerSerializer(data=request.data)
        sent.is_valid(raise_exception=True)

        def act() -> str:
            return inquiries.answer(inquiry, by=caller(request), at=timezone.now(), **sent.validated_data).reference

        return _inquiry(visible_inquiry(request, carry_out(request, act)), request)


class InquiryAcknowledge(APIView):
    """Acknowledging information."""

    @extend_schema(
        operation_id="acknowledge_inquiry",
        parameters=[ONCE_ASKED],
        request=None,
        responses={200: shapes.InquirySerializer, **PROBLEMS},
        description=inquiries.acknowledge.title,
    )
    def post(self, request: Request, reference: str) -> Response:
        """Acknowledge or say why that is not possible."""
        inquiry = visible_inquiry(request, reference)

        def act() -> str:
            return inquiries.acknowledge(inquiry, by=caller(request), at=timezone.now()).reference

        return _inquiry(visible_inquiry(request, carry_out(request, act)), request)


def visible_inquiry(request: Request, reference: str) -> Inquiry:
    """The request, if the caller may read it; else the same answer as for none."""
    return Inquiry.objects.select_related("asker", "addressee", "unit", "person", "agency").visible_or_404(
        caller(request), reference=reference
    )


def _inquiry(inquiry: Inquiry, request: Request) -> Response:
    return Response(shapes.InquirySerializer(inquiry, context={"request": request}).data)
