"""Creates the table."""

from django.db import connection

from bare.models import Row


def main() -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Row)
    print("/sign/")
