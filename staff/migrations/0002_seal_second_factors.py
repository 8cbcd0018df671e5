"""Seals the keys of phones, and hashes backup codes and forgets sessions that are stored openly."""

from binascii import unhexlify

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models.functions import Length

from staff import sealing

OPEN_KEY, OPEN_CODE, OPEN_SESSION = 40, 8, 32  # their lengths; what is sealed is longer


def seal(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """May be run twice: what is sealed stays as it is."""
    for device in apps.get_model('otp_totp', 'TOTPDevice').objects.alias(size=Length('key')).filter(size=OPEN_KEY):
        device.key = sealing.seal(unhexlify(device.key))
        device.save(update_fields=['key'])
    for code in apps.get_model('otp_static', 'StaticToken').objects.alias(size=Length('token')).filter(size=OPEN_CODE):
        code.token = sealing.code_digests(code.token)[0]
        code.save(update_fields=['token'])
    sessions = apps.get_model('sessions', 'Session').objects
    sessions.alias(size=Length('session_key')).filter(size=OPEN_SESSION).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0001_initial'),
        ('otp_static', '0003_add_timestamps'),
        ('sessions', '0001_initial'),
    ]

    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
