"""Background work of the user: digests, reminders, the mails they led to, beat's heartbeat."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from sqlalchemy import select

from .. import jobs
from ..database import utcnow
from ..extensions import db
from ..forms import EmptyForm, ReminderForm
from ..models import Digest, Heartbeat, OutboxMail, Reminder

bp = Blueprint("activity", __name__, url_prefix="/activity")
SHOWN = 20


@bp.get("")
@login_required
def index() -> ResponseReturnValue:
    return _page(ReminderForm())


@bp.post("/digests")
@login_required
def request_digest() -> ResponseReturnValue:
    if EmptyForm().validate_on_submit():
        _submit(Digest(user=current_user._get_current_object()), "Your digest is on its way.")
    return redirect(url_for("activity.index"))


@bp.post("/reminders")
@login_required
def set_reminder() -> ResponseReturnValue:
    form = ReminderForm()
    if not form.validate_on_submit():
        return _page(form), 422
    user = current_user._get_current_object()
    due_at = utcnow() + form.delay
    _submit(Reminder(user=user, text=form.text.data, due_at=due_at), "Your reminder is set.")
    return redirect(url_for("activity.index"))


def _submit(job: jobs.Job, message: str) -> None:
    if jobs.submit(job):
        flash(message)
    else:
        flash(
            "Saved, but the background queue cannot be reached right now. "
            "It will be handed over as soon as the queue is back.",
            "warning",
        )


def _page(form: ReminderForm) -> str:
    return render_template(
        "activity.html",
        form=form,
        button=EmptyForm(),
        digests=_newest(Digest),
        reminders=_newest(Reminder),
        mails=_newest(OutboxMail),
        heartbeat=db.session.get(Heartbeat, "beat"),
        now=utcnow(),
    )


def _newest(model) -> list:
    query = select(model).filter_by(user_id=current_user.id).order_by(model.id.desc())
    return list(db.session.scalars(query.limit(SHOWN)))
