"""HTML forms."""

from __future__ import annotations

from datetime import timedelta

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, NumberRange, Regexp, ValidationError

from .models import MAX_BODY
from .text import MAX_TAGS, clean, parse_tags

LONGEST_REMINDER = timedelta(days=365)


def lower(value: str | None) -> str:
    return clean(value).lower()


class LoginForm(FlaskForm):
    username = StringField("User name", [DataRequired(), Length(max=100)])
    password = PasswordField("Password", [DataRequired(), Length(max=200)])
    remember = BooleanField("Keep me logged in")


class RegisterForm(FlaskForm):
    username = StringField(
        "User name",
        [
            DataRequired(),
            Length(min=3, max=30),
            Regexp(r"^[a-z0-9_-]+\Z", message="Use letters, digits, - and _ only."),
        ],
        filters=[lower],
        description="3 to 30 letters, digits, - or _. Others see it.",
    )
    email = EmailField(
        "Email address",
        [
            DataRequired(),
            Length(max=254),
            Regexp(r"^[^@\s]+@[^@\s]+\Z", message="This is no email address."),
        ],
        filters=[lower],
        description="Digests and reminders go there. Nobody else sees it.",
    )
    password = PasswordField(
        "Password", [DataRequired(), Length(min=10, max=200)], description="10 characters or more."
    )


class PostForm(FlaskForm):
    title = StringField("Title", [DataRequired(), Length(max=150)], filters=[clean])
    body = TextAreaField(
        "Text",
        [DataRequired(), Length(max=MAX_BODY)],
        filters=[clean],
        description="Markdown works: **bold**, *italic*, `code`, lists, links, tables.",
    )
    tags = StringField(
        "Tags", filters=[clean], description=f"Separated by commas, {MAX_TAGS} at most."
    )

    def validate_tags(self, field: StringField) -> None:
        if len(parse_tags(field.data)) > MAX_TAGS:
            raise ValidationError(f"Use {MAX_TAGS} tags at most.")


class CommentForm(FlaskForm):
    body = TextAreaField("Your comment", [DataRequired(), Length(max=4000)], filters=[clean])


class ReminderForm(FlaskForm):
    UNITS = ["seconds", "minutes", "hours", "days"]

    text = StringField("Remind me of", [DataRequired(), Length(max=200)], filters=[clean])
    amount = IntegerField("In", [DataRequired(), NumberRange(min=1, max=100_000)], default=10)
    unit = SelectField("Unit", choices=UNITS, default="minutes")

    @property
    def delay(self) -> timedelta:
        return timedelta(**{self.unit.data: self.amount.data})

    def validate_amount(self, field: IntegerField) -> None:
        if field.errors or self.unit.data not in self.UNITS:
            return  # said already, or by the other field
        if self.delay > LONGEST_REMINDER:
            raise ValidationError(f"Choose {LONGEST_REMINDER.days} days at most.")


class EmptyForm(FlaskForm):
    """Only the CSRF token, for forms that are one button."""
