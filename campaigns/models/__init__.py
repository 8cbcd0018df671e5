from campaigns.counting.milestones import Milestone
from campaigns.counting.surveys import Survey
from campaigns.mail.outbox import KeyFingerprint, OutgoingMail
from campaigns.moderation.decisions import JudgedSignature, Judgement
from campaigns.moderation.lists import ScreeningRule
from campaigns.pages.campaign import CampaignIndexPage, CampaignPage
from campaigns.pages.images import CustomImage, Rendition
from campaigns.pages.news import ArticlePage, NewsIndexPage
from campaigns.pages.topics import Topic
from campaigns.petitions.petition import HasSignatures, Petition
from campaigns.petitions.settings import Ask, State
from campaigns.petitions.tally import Tally
from campaigns.petitions.texts import HouseWords
from campaigns.petitions.versions import Rewording, Wording
from campaigns.signatures.signature import COUNTED, Signature

__all__ = [
    "COUNTED",
    "ArticlePage",
    "Ask",
    "CampaignIndexPage",
    "CampaignPage",
    "CustomImage",
    "HasSignatures",
    "HouseWords",
    "JudgedSignature",
    "Judgement",
    "KeyFingerprint",
    "Milestone",
    "NewsIndexPage",
    "OutgoingMail",
    "Petition",
    "Rendition",
    "Rewording",
    "ScreeningRule",
    "Signature",
    "State",
    "Survey",
    "Tally",
    "Topic",
    "Wording",
]
