"""Runs a task of ECS once and waits for its end: the code of a function of Lambda.

A deployment calls it to migrate the database inside of the network. The same call may come twice, because whoever calls
Lambda repeats a call whose answer got lost: a task carries a mark of the call that it was started for, and a call whose
task runs, or has ended well, starts no other. After a failure, the next call starts it anew. ECS forgets tasks an hour
after their end, and RunTask its client tokens with them (Amazon ECS API Reference, Ensuring idempotency).
"""

import hashlib
import json
import time

import boto3
from botocore.exceptions import ClientError, WaiterError

# Seconds that are left for the answer when waiting ends.
MARGIN = 30
# Seconds between two looks at a running task.
POLL = 5
# Seconds before the next attempt to find a place for the task.
PAUSES = (5, 10, 20, 30)
# Seconds until new roles and policies are known everywhere in AWS.
SETTLING = 90
LOG_LINES = 20
# What DescribeTasks takes at a time.
DESCRIBED = 100


class TaskFailed(Exception):
    """The task did not end well; the text says what a person needs to know."""


class NoPlace(Exception):
    """The task cannot start now, and may be able to soon."""


def handler(event, context):
    """Runs the task that `event` describes; returns its exit code, which is 0, or raises TaskFailed."""
    run = Run(event, time.monotonic() + context.get_remaining_time_in_millis() / 1000 - MARGIN)
    return run.finish()


class Run:
    """One call: the task that it wants, and until when it may wait."""

    def __init__(self, event, deadline):
        self.event = event
        self.began = time.monotonic()
        self.deadline = deadline
        self.ecs = boto3.client("ecs")
        self.mark = hashlib.sha256(json.dumps(event, sort_keys=True).encode()).hexdigest()[:32]

    def finish(self):
        attempt = 0
        while True:
            try:
                task = self.stopped(self.existing() or self.start(attempt))
                if never_ran(task) and lacks_capacity(task.get("stoppedReason", "")):
                    raise NoPlace(task["stoppedReason"])
                return self.outcome(task)
            except NoPlace as reason:
                pause = PAUSES[min(attempt, len(PAUSES) - 1)]
                if time.monotonic() + pause >= self.deadline:
                    raise TaskFailed(f"{self.name()} found no place to run in time: {reason}") from None
                print(f"no place for {self.name()}, next attempt in {pause} s: {reason}")
                time.sleep(pause)
                attempt += 1

    def existing(self):
        """The task of an earlier call of the same input, unless it failed; counts those that did."""
        self.failures = 0
        good = None
        for task in self.marked():
            if task["lastStatus"] != "STOPPED":
                return task
            if self.exit_code(task) == 0:
                good = task
            else:
                self.failures += 1
        return good

    def marked(self):
        family = self.event["taskDefinition"].split("/")[-1].rsplit(":", 1)[0]
        pages = self.ecs.get_paginator("list_tasks")
        for status in ("RUNNING", "STOPPED"):
            for page in pages.paginate(
                cluster=self.event["cluster"],
                family=family,
                desiredStatus=status,
                PaginationConfig={"PageSize": DESCRIBED},
            ):
                if page["taskArns"]:
                    described = self.ecs.describe_tasks(cluster=self.event["cluster"], tasks=page["taskArns"])
                    yield from (task for task in described["tasks"] if task.get("startedBy") == self.mark)

    def start(self, attempt):
        """Asks ECS for the task. The client token is the same for calls that happen at the same time."""
        event = self.event
        override = {"name": event["container"], **({"command": event["command"]} if "command" in event else {})}
        launch = {key: event[key] for key in ("launchType", "capacityProviderStrategy") if key in event}
        try:
            answer = self.ecs.run_task(
                cluster=event["cluster"],
                taskDefinition=event["taskDefinition"],
                **launch,
                count=1,
                networkConfiguration={
                    "awsvpcConfiguration": {
                        "subnets": event["subnets"],
                        "securityGroups": event["securityGroups"],
                        "assignPublicIp": "DISABLED",
                    }
                },
                overrides={"containerOverrides": [override]},
                startedBy=self.mark,
                clientToken=f"{self.mark}-{self.failures}-{attempt}",
            )
        except ClientError as error:
            if self.is_settling(error) or lacks_capacity(str(error)):
                raise NoPlace(str(error)) from None
            raise TaskFailed(f"ECS does not run {self.name()}: {error}") from None
        if answer["tasks"]:
            print(f"{self.name()} runs as {answer['tasks'][0]['taskArn']}")
            return answer["tasks"][0]
        reasons = ", ".join(failure.get("reason", "no reason given") for failure in answer["failures"])
        if all(lacks_capacity(failure.get("reason", "")) for failure in answer["failures"]):
            raise NoPlace(reasons)
        raise TaskFailed(f"ECS does not run {self.name()}: {reasons}")

    def is_settling(self, error):
        """Whether this is a role or a policy that is too new to be known."""
        refused = error.response["Error"]["Code"] == "AccessDeniedException" or "assume the role" in str(error)
        return refused and time.monotonic() - self.began < SETTLING

    def stopped(self, task):
        """The task after its end."""
        if task["lastStatus"] == "STOPPED":
            return task
        this = {"cluster": self.event["cluster"], "tasks": [task["taskArn"]]}
        looks = max(1, int((self.deadline - time.monotonic()) // POLL))
        try:
            self.ecs.get_waiter("tasks_stopped").wait(**this, WaiterConfig={"Delay": POLL, "MaxAttempts": looks})
        except WaiterError as error:
            if "Max attempts exceeded" not in str(error):
                raise TaskFailed(f"{self.name()} runs as {task['taskArn']} and cannot be watched: {error}") from None
            minutes = round((time.monotonic() - self.began) / 60)
            raise TaskFailed(
                f"{self.name()} has not ended after {minutes} minutes. It goes on as {task['taskArn']}; "
                f"deploy again to wait for its end.{self.last_lines(task)}"
            ) from None
        return self.ecs.describe_tasks(**this)["tasks"][0]

    def outcome(self, task):
        code = self.exit_code(task)
        if code == 0:
            return {"exitCode": 0, "task": task["taskArn"]}
        reasons = [task.get("stoppedReason"), *(each.get("reason") for each in task.get("containers", []))]
        ended = "did not start" if code is None else f"failed with exit code {code}"
        raise TaskFailed(f"{self.name()} {ended}: {'; '.join(filter(None, reasons))}.{self.last_lines(task)}")

    def exit_code(self, task):
        """Exit code of the container; None when it never ran."""
        containers = (each for each in task.get("containers", []) if each["name"] == self.event["container"])
        return next((each.get("exitCode") for each in containers), None)

    def last_lines(self, task):
        stream = "/".join([self.event["logPrefix"], self.event["container"], task["taskArn"].split("/")[-1]])
        try:
            events = boto3.client("logs").get_log_events(
                logGroupName=self.event["logGroup"], logStreamName=stream, limit=LOG_LINES, startFromHead=False
            )["events"]
        except ClientError as error:
            return f" Its log {self.event['logGroup']} cannot be read: {error}"
        return "".join(f"\n{event['message']}" for event in events) or f" Its log {self.event['logGroup']} is empty."

    def name(self):
        return " ".join([self.event["taskDefinition"].split("/")[-1], *self.event.get("command", [])])


def never_ran(task):
    return all(each.get("exitCode") is None for each in task.get("containers", []))


def lacks_capacity(reason):
    return "RESOURCE:" in reason or "capacity" in reason.lower()
