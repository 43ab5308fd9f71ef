"""The Celery application for `celery -A celery_runner:celery worker` and `beat`."""

from webapp import create_app

celery = create_app().extensions["celery"]
