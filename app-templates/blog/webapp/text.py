"""Text: slugs, tags, Markdown."""

from __future__ import annotations

import re
import unicodedata

from markdown_it import MarkdownIt
from markupsafe import Markup

MAX_TAGS = 8
MAX_TAG_LENGTH = 40
# No raw HTML, and no images: the content security policy allows none from elsewhere.
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def clean(value: str | None) -> str:
    """The text without surrounding space and without NUL, which PostgreSQL refuses."""
    return (value or "").replace("\0", "").strip()


def slugify(value: str) -> str:
    """Lower-case ASCII letters, digits and single hyphens; may be empty."""
    ascii_text = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")[:80]


def parse_tags(value: str) -> list[str]:
    """Tag names from a comma-separated text: normalized, each once, in the order given."""
    names = (slugify(part)[:MAX_TAG_LENGTH].strip("-") for part in value.split(","))
    return list(dict.fromkeys(name for name in names if name))


def render_markdown(value: str) -> Markup:
    """Safe HTML."""
    return Markup(_markdown.render(value))  # noqa: S704 - rendered with raw HTML turned off


def summarize(value: str, length: int = 220) -> str:
    """The beginning of a Markdown text's paragraphs, as plain text."""
    tokens = _markdown.parse(value)
    plain = " ".join(
        "".join(part.content or " " for part in token.children if not part.nesting)
        for before, token in zip(tokens, tokens[1:])
        if before.type == "paragraph_open" and before.level == 0
    )
    return plain if len(plain) <= length else plain[:length].rsplit(" ", 1)[0] + " …"
