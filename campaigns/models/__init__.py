"""All models of the app, imported for Django; each is defined in the package of its subject."""

from campaigns.appeals.appeal import Appeal, Representative
from campaigns.appeals.message import Message, MessageTry
from campaigns.contacts.contact import Contact
from campaigns.counting.arrivals import Arrival
from campaigns.counting.changes import CountChange
from campaigns.counting.entries import LedgerEntry
from campaigns.counting.milestones import Milestone
from campaigns.counting.surveys import Survey, SurveyChange
from campaigns.exports.presets import ExportPreset
from campaigns.finding.notes import SignatureNote
from campaigns.finding.saved import SavedView
from campaigns.finding.searches import TypedSearch
from campaigns.forwarding.forwarded import Forwarded, ForwardedMail
from campaigns.imports.imported import Import, ImportedSignature, KnownHeading
from campaigns.mail.new_emails import NewEmail
from campaigns.mail.outbox import OutgoingMail, StoppedMailbox
from campaigns.mail.resending import Resending, ResentMails
from campaigns.mailings.failing import FailingMailbox
from campaigns.mailings.mailing import Mailing, MailingCount, MailingNotice, Pace, Recipient
from campaigns.mailings.suppression import SuppressedMailbox
from campaigns.moderation.comments import CommentDecision, DecidedComment
from campaigns.moderation.decisions import Decision, ModeratedSignature
from campaigns.moderation.lists import ListEntry
from campaigns.moderation.proof_of_work import SpentProof
from campaigns.moderation.remembered_decisions import RememberedModeration
from campaigns.moderation.tries import SigningTry
from campaigns.pages.campaign import CampaignIndexPage, CampaignPage
from campaigns.pages.images import CustomImage, Rendition
from campaigns.pages.news import ArticlePage, NewsIndexPage
from campaigns.pages.preview_links import PreviewLink
from campaigns.pages.topics import Topic
from campaigns.petitions.petition import HasSignatures, Petition
from campaigns.petitions.settings import Ask
from campaigns.petitions.signed_versions.versions import ChangeReason, Version
from campaigns.petitions.state import State
from campaigns.petitions.tally import Tally
from campaigns.petitions.texts import DefaultTexts
from campaigns.privacy.receipts import ErasureReceipt
from campaigns.privacy.trusted_clock import SeenClock
from campaigns.signatures.confirmations import HandConfirmation
from campaigns.signatures.daily_keys import DailyKey
from campaigns.signatures.key_fingerprint import KeyFingerprint
from campaigns.signatures.short_codes import CodeTry
from campaigns.signatures.signature import Signature
from campaigns.sync.delivery import Delivery, Known
from campaigns.sync.receiver import Receiver, ReceiverField
from campaigns.trends.alarms import Alarm
from campaigns.trends.hours import TrendHour
from campaigns.workflow.mail_choices import MailChoice
from campaigns.workflow.notices import StaffNotice
from campaigns.workflow.requests import ActionRequest
from campaigns.workflow.sent_forms import SentForm

__all__ = [
    "ActionRequest",
    "Alarm",
    "Appeal",
    "Arrival",
    "ArticlePage",
    "Ask",
    "CampaignIndexPage",
    "CampaignPage",
    "ChangeReason",
    "CodeTry",
    "CommentDecision",
    "Contact",
    "CountChange",
    "CustomImage",
    "DailyKey",
    "DecidedComment",
    "Decision",
    "DefaultTexts",
    "Delivery",
    "ErasureReceipt",
    "ExportPreset",
    "FailingMailbox",
    "Forwarded",
    "ForwardedMail",
    "HandConfirmation",
    "HasSignatures",
    "Import",
    "ImportedSignature",
    "KeyFingerprint",
    "Known",
    "KnownHeading",
    "LedgerEntry",
    "ListEntry",
    "MailChoice",
    "Mailing",
    "MailingCount",
    "MailingNotice",
    "Message",
    "MessageTry",
    "Milestone",
    "ModeratedSignature",
    "NewEmail",
    "NewsIndexPage",
    "OutgoingMail",
    "Pace",
    "Petition",
    "PreviewLink",
    "Receiver",
    "ReceiverField",
    "Recipient",
    "RememberedModeration",
    "Rendition",
    "Representative",
    "Resending",
    "ResentMails",
    "SavedView",
    "SeenClock",
    "SentForm",
    "Signature",
    "SignatureNote",
    "SigningTry",
    "SpentProof",
    "StaffNotice",
    "State",
    "StoppedMailbox",
    "SuppressedMailbox",
    "Survey",
    "SurveyChange",
    "Tally",
    "Topic",
    "TrendHour",
    "TypedSearch",
    "Version",
]
