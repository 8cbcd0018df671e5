from campaigns.models.image import CustomImage, Rendition
from campaigns.models.judgement import JudgedSignature, Judgement
from campaigns.models.mail import KeyFingerprint, OutgoingMail
from campaigns.models.milestone import Milestone
from campaigns.models.news import ArticlePage, NewsIndexPage
from campaigns.models.pages import CampaignIndexPage, CampaignPage
from campaigns.models.petition import HasSignatures, Petition
from campaigns.models.rules import Ask, State
from campaigns.models.screening import ScreeningRule
from campaigns.models.signature import COUNTED, Signature
from campaigns.models.survey import Survey
from campaigns.models.tally import Tally
from campaigns.models.topic import Topic
from campaigns.models.wording import Rewording, Wording
from campaigns.models.words import HouseWords

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
