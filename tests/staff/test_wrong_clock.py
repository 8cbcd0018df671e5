"""The clock of the site is wrong: codes of phones are refused, and backup codes work."""

import pytest

from staff import second_factor as factor
from tests.staff.conftest import code, enters, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("second_factor")]


@pytest.mark.parametrize(("steps", "is_let_in"), [(1, True), (-1, True), (3, False), (-3, False)])
def test_half_a_minute_is_forgiven_and_more_needs_a_backup_code(
    client, manager, phone, steps, is_let_in
):
    device = phone(manager)
    [backup, *_] = factor.renew_backup_codes(manager)

    sign_in(client, manager, code=code(device, steps=steps))
    by_phone = enters(client)
    device.throttle_reset()
    sign_in(client, manager, code=backup)

    assert by_phone == is_let_in
    assert enters(client)
