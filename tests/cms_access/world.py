"""Two teams with every object that a URL of the CMS can refer to: River is ours, Forest theirs."""

from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image
from wagtail.admin.models import EditingSession
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.documents.models import Document
from wagtail.models import Collection, Locale, Site, Task, UploadedFile, Workflow
from wagtail_localize.models import OverridableSegment, StringSegment, Translation
from wagtail_localize.operations import translate_object

from campaigns.imports import importing, reading
from campaigns.models import (
    ActionRequest,
    Appeal,
    CustomImage,
    DefaultTexts,
    ExportPreset,
    Import,
    LedgerEntry,
    ListEntry,
    Petition,
    SavedView,
    SignatureNote,
)
from campaigns.privacy import receipts
from campaigns.trends.hours import HOUR, begin_of
from home.models import Navigation
from operations import encryption
from operations.jobs.job import Job, Piece
from tests.campaigns.cms.conftest import MANAGER, make_team, make_user
from tests.campaigns.sync.conftest import make_receiver
from tests.campaigns.trends.test_alarms import make_alarm
from tests.factories import (
    make_appeal,
    make_campaign,
    make_comment_decision,
    make_contact,
    make_decision,
    make_mailing,
    make_petition,
    make_resending,
    make_signature,
    make_topic,
)

CANARY = "canary@spam.example"


def make_world() -> SimpleNamespace:
    root = Collection.get_first_root_node()
    river, forest = (root.add_child(name=name) for name in ("River", "Forest"))
    make_team("River team", river, *MANAGER, "moderate_signatures")
    locale = Locale.objects.create(language_code="ru")
    common = make_common()
    people = {
        "x": None,
        "e": make_user("editor", "Editors"),
        "m": make_user("moderator", "Moderators"),
        "c": make_user("manager", "Campaign managers"),
        "r": make_user("river", "River team"),
        "a": make_user("admin", is_superuser=True),
    }
    review = Workflow.objects.first().start(Appeal.objects.get(), people["m"])
    common |= {"appeal_workflow": review.pk, "appeal_task": review.current_task_state.pk}
    fellow = make_user("fellow")
    common["user"] = fellow.pk
    names = ("Ada Lovelace", "Free the river"), ("Grace Hopper", "Spare the forest")
    sides = [
        common | make_side(collection, locale, people["m"], *who)
        for collection, who in zip((river, forest), names, strict=True)
    ]
    # A job belongs to one person. The owner of the other side's job sends no requests.
    for side, owner in zip(sides, (people["r"], fellow), strict=True):
        side["job"] = make_job(owner, side["petition"]).pk
        side["preset"] = make_preset(people["c"], side["collection"]).pk
    return SimpleNamespace(people=people, sides=sides)


def make_common() -> dict[str, Any]:
    """Make the objects that belong to no team."""
    appeal = make_appeal()
    appeal.save_revision()
    site = Site.objects.get(is_default_site=True)
    return {
        "workflow": Workflow.objects.first().pk,
        "task": Task.objects.first().pk,
        "site": site.pk,
        "group": Group.objects.get(name="Editors").pk,
        "redirect": Redirect.objects.create(old_path="/old", redirect_link="/new/").pk,
        "defaulttexts": DefaultTexts.objects.create(locale=Locale.get_default()).pk,
        "navigation": Navigation.objects.create(locale=Locale.get_default()).pk,
        "listentry": ListEntry.objects.create(kind="email", pattern=CANARY).pk,
        "locale": Locale.get_default().pk,
        "topic": make_topic().pk,
        "contact": make_contact().pk,
        "appeal": appeal.pk,
        "query": make_promotion().query_id,
        "receiver": make_receiver().pk,
    }


def make_promotion() -> SearchPromotion:
    link = {"external_link_url": "https://example.org/", "external_link_text": "Elsewhere"}
    return SearchPromotion.objects.create(query=Query.get("river"), **link)


def make_side(
    collection: Collection, locale: Locale, reviewer: User, signer: str, title: str
) -> dict[str, Any]:
    """A team's petition and page, with all that hangs on them."""
    petition = make_petition(title=title, collection=collection)
    page = make_campaign(petition, title="A page")
    first = page.save_revision()
    signature = make_signature(petition, name=signer)
    workflow = Workflow.objects.first()
    pages_review = workflow.start(page, reviewer)
    petitions_review = workflow.start(petition, reviewer)
    translate_object(petition, [locale])
    translation = Translation.objects.get(source__object=petition.translation_key)
    texts = StringSegment.objects.filter(source=translation.source)
    kept = {"title": "A file", "collection": collection}
    image = CustomImage.objects.create(file=ContentFile(square(), name="a.png"), **kept)
    document = Document.objects.create(file=ContentFile(b"Dear", name="a.txt"), **kept)
    session = EditingSession.objects.create(
        user=reviewer,
        content_type=ContentType.objects.get_for_model(petition),
        object_id=str(petition.pk),
        last_seen_at=timezone.now(),
    )
    upload = UploadedFile.objects.create(
        file=ContentFile(square(), name="later.png"), uploaded_by_user=reviewer
    )
    an_hour_ago = begin_of(timezone.now()) - HOUR
    return {
        "collection": collection.pk,
        "petition": petition.pk,
        "page": page.pk,
        "parent": page.get_parent().pk,
        "page_revision": first.pk,
        "petition_revision": petition.latest_revision_id,
        "signature": signature.pk,
        "alarm": make_alarm(petition, since=an_hour_ago, until=an_hour_ago + 3 * HOUR).pk,
        "mailing": make_mailing(petition, subject=f"About {signer}").pk,
        "note": SignatureNote.objects.create(signature=signature, text=f"About {signer}").pk,
        "view": SavedView.objects.create(
            name=f"Like {signer}", filters="state=pending", owner=reviewer, collection=collection
        ).pk,
        "request": ActionRequest.objects.create(petition=petition, verb="pause").pk,
        "decision": make_decision(signature, reason="A fake").pk,
        "comment_decision": make_comment_decision(signature).pk,
        "resending": make_resending(petition).pk,
        "receipt": receipts.write(signer, {petition: 1}, others={}, by=None).pk,
        "page_workflow": pages_review.pk,
        "petition_workflow": petitions_review.pk,
        "page_task": pages_review.current_task_state.pk,
        "petition_task": petitions_review.current_task_state.pk,
        "translation": translation.pk,
        "source": translation.source.pk,
        "text": texts.first().pk,
        "override": getattr(
            OverridableSegment.objects.filter(source=translation.source).first(), "pk", 0
        ),
        "image": image.pk,
        "document": document.pk,
        "entry": LedgerEntry.objects.create(
            tally=petition.tally, kind="paper", number=9, reason=f"Sheets of {title}"
        ).pk,
        "import": make_import(petition).pk,
        "session": session.pk,
        "upload": upload.pk,
    }


def make_import(petition: Petition) -> Import:
    """A list that was uploaded, and not checked."""
    return importing.upload(
        petition,
        reading.Read([["Name"], [f"Signer of {petition.title}"]]),
        by=None,
        channel="paper",
        file_name="sheets.csv",
        reason=f"Sheets of {petition.title}",
        consent="I agree.",
        signed_on=timezone.localdate(),
    )


def make_job(user: User, petition: int) -> Job:
    """An export that is done, with its file."""
    salt = b"salt"
    job = Job.objects.create(
        kind="export",
        made_by=user,
        state="done",
        told={
            "shape": "handover",
            "format": "csv",
            "file": "signatures.csv",
            "petitions": [str(petition)],
            "titles": [Petition.objects.get(pk=petition).title],
        },
        result={"rows": 1, "size": 4, "pieces": 1, "sha256": "", "entries": []},
        ended_at=timezone.now(),
        file_salt=salt,
        file_expires_at=timezone.now() + timedelta(hours=1),
    )
    cipher = next(encryption.ciphers(encryption.FILE, salt))
    content = encryption.seal_piece(cipher, 0, b"file", is_last=True)
    Piece.objects.create(job=job, number=0, content=content)
    return job


def make_preset(owner: User, collection: int) -> ExportPreset:
    """A preset that is shared with a team."""
    return ExportPreset.objects.create(
        name="Names",
        shape="handover",
        columns=["name"],
        format="csv",
        is_new=False,
        owner=owner,
        collection_id=collection,
    )


def square() -> bytes:
    out = BytesIO()
    Image.new("RGB", (9, 9), "green").save(out, "PNG")
    return out.getvalue()
