"""Mail. Every mail is kept in the outbox table; MAIL_URL says whether it is also sent."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from urllib.parse import SplitResult, unquote, urlsplit

from flask import current_app
from sqlalchemy import select

from .config import ConfigError
from .extensions import db
from .models import OutboxMail, User

TIMEOUT = 10  # seconds


def send(*, key: str, user: User, subject: str, body: str) -> None:
    """Sends a mail and adds it to the outbox in the caller's transaction, once for each ``key``."""
    if db.session.scalar(select(OutboxMail.id).filter_by(key=key)):
        return
    url = urlsplit(current_app.config["MAIL_URL"])
    subject = " ".join(subject.split())
    mail = OutboxMail(key=key, user_id=user.id, recipient=user.email, subject=subject, body=body)
    db.session.add(mail)
    if url.scheme in ("smtp", "smtps"):
        _send_by_smtp(url, mail)
    elif url.scheme != "outbox":
        raise ConfigError(f"MAIL_URL must be outbox:, smtp://… or smtps://…, not {url.scheme}:…")


def _send_by_smtp(url: SplitResult, mail: OutboxMail) -> None:
    message = EmailMessage()
    message["From"] = current_app.config["MAIL_SENDER"]
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Message-ID"] = f"<{mail.key}@{url.hostname}>"
    message.set_content(mail.body)
    connect = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
    with connect(url.hostname, url.port or 0, timeout=TIMEOUT) as smtp:
        if url.scheme == "smtp" and smtp.has_extn("starttls"):
            smtp.starttls()
        if url.username:
            smtp.login(unquote(url.username), unquote(url.password or ""))
        smtp.send_message(message)
