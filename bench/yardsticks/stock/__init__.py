"""Yardstick (b): the form page of wagtail.contrib.forms, built as Wagtail's own guide builds it."""
