"""Registering, logging in and out."""

from __future__ import annotations

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required, login_user, logout_user
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ..extensions import db, limiter, login_manager
from ..forms import LoginForm, RegisterForm
from ..models import User
from ..security import safe_next

bp = Blueprint("auth", __name__)
login_manager.login_view = "auth.login"
login_manager.login_message = "Please log in first."
FAILED = 422


@bp.route("/login", methods=["GET", "POST"])
@limiter.limit(
    lambda: current_app.config["LOGIN_RATE_LIMIT"],
    methods=["POST"],
    deduct_when=lambda response: response.status_code == FAILED,
)
def login() -> ResponseReturnValue:
    target = safe_next(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(target)
    form = LoginForm()
    if form.validate_on_submit():
        user = User.authenticate(form.username.data, form.password.data)
        if user:
            _start_session(user, remember=form.remember.data)
            return redirect(target)
        # The same words for both, so that nobody learns which names exist.
        form.password.errors = ["The user name or the password is wrong."]
    return render_template("login.html", form=form), FAILED if form.errors else 200


@bp.route("/register", methods=["GET", "POST"])
@limiter.limit(lambda: current_app.config["REGISTER_RATE_LIMIT"], methods=["POST"])
def register() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(url_for("blog.home"))
    form = RegisterForm()
    if form.validate_on_submit():
        user = User(username=form.username.data, email=form.email.data)
        user.set_password(form.password.data)
        db.session.add(user)
        try:
            db.session.commit()
        except IntegrityError:
            db.session.rollback()
            _explain_conflict(form)
        else:
            _start_session(user)
            flash(f"Welcome, {user.username}.")
            return redirect(url_for("blog.home"))
    return render_template("register.html", form=form), FAILED if form.errors else 200


@bp.post("/logout")
@login_required
def logout() -> ResponseReturnValue:
    logout_user()
    flash("You are logged out.")
    return redirect(url_for("blog.home"))


def _start_session(user: User, *, remember: bool = False) -> None:
    session.clear()  # nothing that an attacker may have planted before survives
    login_user(user, remember=remember)


def _explain_conflict(form: RegisterForm) -> None:
    taken = db.session.scalar(select(User.id).filter_by(username=form.username.data))
    field, what = (form.username, "user name") if taken else (form.email, "email address")
    field.errors = [f"This {what} is taken."]
