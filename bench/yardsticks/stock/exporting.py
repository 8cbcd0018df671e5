"""python -m bench.inside stock.exporting NUMBER: the stock export of this many forms, as XLSX.

Wagtail's own view for form submissions makes the file, as for a user of the admin. The submissions
are deleted afterwards, since other rows of the bench sign on this site.
"""

import json
import time

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse
from wagtail.contrib.forms.models import FormSubmission

from stock.models import FormPage

SOW = """
    INSERT INTO wagtailforms_formsubmission (form_data, submit_time, page_id)
    SELECT jsonb_build_object('name', 'Amina Lindqvist ' || n,
        'email', 'amina' || n || '@mail.example', 'country', 'France', 'updates', n %% 2 = 0,
        'consent', true), now() - n * interval '1 second', %s
    FROM generate_series(1, %s) AS n
"""


def main(number: str) -> None:
    page = FormPage.objects.get()
    with connection.cursor() as cursor:
        cursor.execute(SOW, [page.pk, int(number)])
    user, _made = User.objects.get_or_create(username="bench", is_superuser=True, is_staff=True)
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    began = time.perf_counter()
    url = reverse("wagtailforms:list_submissions", args=[page.pk])
    answer = client.get(url, {"export": "xlsx"})
    size = sum(map(len, answer))
    seconds = time.perf_counter() - began
    assert answer.status_code == 200
    FormSubmission.objects.all().delete()
    print(json.dumps({"seconds": seconds, "size": size, "rows": int(number)}))
