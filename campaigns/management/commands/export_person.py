"""manage.py export_person: exports all data of one person (GDPR, article 15)."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from campaigns.management.person_command import PersonCommand
from campaigns.privacy import access_report


class Command(PersonCommand):
    help = "Prints, as JSON, all that the site stores about the person behind an email address."

    def handle(self, *args: Any, **options: Any) -> None:
        who = self.who(options)
        found = access_report.export(who["email"], name=who["name"])
        self.stdout.write(json.dumps(found, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
