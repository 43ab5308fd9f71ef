"""Filters for templates."""

from __future__ import annotations

from datetime import datetime

from flask import Flask
from markupsafe import Markup

from .text import render_markdown


def moment(value: datetime) -> Markup:
    """A ``<time>`` element, in UTC."""
    text = f"{value.day} {value:%B %Y, %H:%M} UTC"
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(timespec="seconds"), text)


def init_app(app: Flask) -> None:
    app.add_template_filter(moment)
    app.add_template_filter(render_markdown, "markdown")
