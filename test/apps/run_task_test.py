"""app-templates/ecs/run_task.py against a small ECS that follows orders; no AWS library is needed."""

import importlib.util
import json
import pathlib
import sys
import types
import unittest
from unittest import mock

CLUSTER = "arn:aws:ecs:eu-west-1:123456789012:cluster/dev-blog"
TASK = "arn:aws:ecs:eu-west-1:123456789012:task/dev-blog/"
EVENT = {
    "cluster": CLUSTER,
    "taskDefinition": "arn:aws:ecs:eu-west-1:123456789012:task-definition/dev-blog-migrate:7",
    "launchType": "FARGATE",
    "subnets": ["subnet-1"],
    "securityGroups": ["sg-1"],
    "container": "main",
    "command": ["flask", "db", "upgrade"],
    "logGroup": "migrate-logs",
    "logPrefix": "task",
    "triggers": {"release": "1"},
}


class ClientError(Exception):
    def __init__(self, code, message):
        super().__init__(f"An error occurred ({code}): {message}")
        self.response = {"Error": {"Code": code, "Message": message}}


class WaiterError(Exception):
    pass


def load():
    stubs = {"boto3": types.ModuleType("boto3"), "botocore": types.ModuleType("botocore")}
    stubs["botocore.exceptions"] = types.SimpleNamespace(ClientError=ClientError, WaiterError=WaiterError)
    source = pathlib.Path(__file__).parents[2] / "app-templates" / "ecs" / "run_task.py"
    spec = importlib.util.spec_from_file_location("run_task", source)
    module = importlib.util.module_from_spec(spec)
    with mock.patch.dict(sys.modules, stubs):
        spec.loader.exec_module(module)
    return module


run_task = load()


class Clock:
    def __init__(self):
        self.now = 1000.0

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


class Ecs:
    """Answers RunTask as ordered: an exception, reasons of failure, or how the new task ends."""

    def __init__(self, clock, orders):
        self.clock, self.orders = clock, list(orders)
        self.tasks, self.calls, self.log = [], [], ["first", "last"]
        self.watch_error = None

    # ecs
    def run_task(self, **call):
        self.calls.append(call)
        for task in self.tasks:
            if task["token"] == call["clientToken"]:
                return {"tasks": [task], "failures": []}
        order = self.orders.pop(0)
        if isinstance(order, Exception):
            raise order
        if isinstance(order, list):
            return {"tasks": [], "failures": [{"reason": reason} for reason in order]}
        task = {
            "taskArn": f"{TASK}{len(self.tasks)}",
            "lastStatus": "PROVISIONING",
            "startedBy": call["startedBy"],
            "token": call["clientToken"],
            "family": call["taskDefinition"].split("/")[1].split(":")[0],
            "containers": [{"name": "main"}],
            "ends": order,
        }
        self.tasks.append(task)
        return {"tasks": [dict(task)], "failures": []}

    def get_paginator(self, operation):
        assert operation == "list_tasks"
        return types.SimpleNamespace(paginate=self.paginate)

    def paginate(self, cluster, family, desiredStatus, PaginationConfig):
        assert cluster == CLUSTER and PaginationConfig["PageSize"] <= 100
        stopped = desiredStatus == "STOPPED"
        arns = [
            task["taskArn"]
            for task in self.tasks
            if task["family"] == family and (task["lastStatus"] == "STOPPED") == stopped
        ]
        return [{"taskArns": arns}]

    def describe_tasks(self, cluster, tasks):
        assert cluster == CLUSTER and 0 < len(tasks) <= 100
        return {"tasks": [task for task in self.tasks if task["taskArn"] in tasks]}

    def get_waiter(self, name):
        assert name == "tasks_stopped"
        return types.SimpleNamespace(wait=self.wait)

    def wait(self, cluster, tasks, WaiterConfig):
        if self.watch_error is not None:
            raise self.watch_error
        (task,) = self.describe_tasks(cluster, tasks)["tasks"]
        left = WaiterConfig["Delay"] * WaiterConfig["MaxAttempts"]
        seconds, code, reason = task["ends"]
        self.clock.now += min(seconds, left)
        if seconds > left:
            raise WaiterError("Waiter TasksStopped failed: Max attempts exceeded")
        task["lastStatus"], task["stoppedReason"] = "STOPPED", reason
        if code is not None:
            task["containers"][0]["exitCode"] = code

    # logs
    def get_log_events(self, logGroupName, logStreamName, limit, startFromHead):
        assert (logGroupName, limit, startFromHead) == ("migrate-logs", 20, False)
        self.stream = logStreamName
        if self.log is None:
            raise ClientError("ResourceNotFoundException", "no such stream")
        return {"events": [{"message": line} for line in self.log]}


ENDED = "Essential container in task exited"
WELL = (20, 0, ENDED)


class RunTask(unittest.TestCase):
    def run_on(self, orders, event=EVENT, ecs=None, minutes=15):
        self.clock = Clock() if ecs is None else ecs.clock
        self.ecs = ecs or Ecs(self.clock, orders)
        self.ecs.orders = list(orders)
        context = types.SimpleNamespace(get_remaining_time_in_millis=lambda: minutes * 60_000)
        clients = types.SimpleNamespace(client=lambda name: self.ecs)
        with mock.patch.object(run_task, "time", self.clock), mock.patch.object(run_task, "boto3", clients):
            with mock.patch("builtins.print"):
                return run_task.handler(event, context)

    def fails(self, *args, **options):
        with self.assertRaises(run_task.TaskFailed) as raised:
            self.run_on(*args, **options)
        return str(raised.exception)

    def test_runs_the_task_and_returns_its_exit_code(self):
        self.assertEqual(self.run_on([WELL]), {"exitCode": 0, "task": f"{TASK}0"})
        (call,) = self.ecs.calls
        self.assertEqual(call["taskDefinition"], EVENT["taskDefinition"])
        self.assertEqual(call["launchType"], "FARGATE")
        self.assertNotIn("capacityProviderStrategy", call)
        self.assertEqual(
            call["overrides"], {"containerOverrides": [{"name": "main", "command": ["flask", "db", "upgrade"]}]}
        )
        self.assertEqual(
            call["networkConfiguration"]["awsvpcConfiguration"],
            {"subnets": ["subnet-1"], "securityGroups": ["sg-1"], "assignPublicIp": "DISABLED"},
        )
        self.assertLessEqual(len(call["clientToken"]), 64)
        self.assertLessEqual(len(call["startedBy"]), 36)

    def test_takes_machines_from_the_capacity_provider(self):
        strategy = [{"capacityProvider": "own", "weight": 1}]
        event = {key: value for key, value in EVENT.items() if key not in ("launchType", "command")}
        self.run_on([WELL], {**event, "capacityProviderStrategy": strategy})
        (call,) = self.ecs.calls
        self.assertEqual(call["capacityProviderStrategy"], strategy)
        self.assertNotIn("launchType", call)
        self.assertEqual(call["overrides"], {"containerOverrides": [{"name": "main"}]})

    def test_a_failing_program_fails_with_its_code_and_last_lines(self):
        text = self.fails([(20, 3, ENDED)])
        self.assertEqual(text, f"dev-blog-migrate:7 flask db upgrade failed with exit code 3: {ENDED}.\nfirst\nlast")
        self.assertEqual(self.ecs.stream, "task/main/0")

    def test_a_container_that_never_started_fails_with_the_reason(self):
        ecs = Ecs(Clock(), [])
        ecs.log = None
        text = self.fails([(20, None, "CannotPullContainerError: not found")], ecs=ecs)
        self.assertIn("did not start: CannotPullContainerError: not found.", text)
        self.assertIn("Its log migrate-logs cannot be read", text)
        self.assertEqual(len(ecs.calls), 1)

    def test_waits_for_a_place(self):
        taken = (5, None, "Capacity is unavailable at this time")
        orders = [["RESOURCE:MEMORY"], ClientError("ClientException", "Capacity is unavailable"), taken, WELL]
        self.assertEqual(self.run_on(orders)["exitCode"], 0)
        self.assertEqual(len({call["clientToken"] for call in self.ecs.calls}), 4)

    def test_gives_up_on_a_place_when_time_is_short(self):
        text = self.fails([["RESOURCE:CPU"]] * 100)
        self.assertIn("found no place to run in time: RESOURCE:CPU", text)
        self.assertLess(self.clock.now - 1000, 15 * 60 - run_task.MARGIN)

    def test_does_not_try_again_what_will_never_work(self):
        self.assertIn("ECS does not run dev-blog-migrate:7", self.fails([["MISSING"]]))
        refused = ClientError("InvalidParameterException", "no such subnet")
        self.assertIn("no such subnet", self.fails([refused]))

    def test_a_new_role_gets_time_to_be_known(self):
        refused = ClientError("AccessDeniedException", "not authorized to perform: ecs:RunTask")
        unknown = ClientError("ClientException", "ECS was unable to assume the role")
        self.assertEqual(self.run_on([refused, unknown, WELL])["exitCode"], 0)
        self.assertIn("not authorized", self.fails([refused] * 100))
        self.assertLess(self.clock.now - 1000, 200)

    def test_a_task_that_takes_too_long_goes_on_and_is_waited_for_by_the_next_call(self):
        text = self.fails([(1000, 0, ENDED)])
        self.assertIn("has not ended after 14 minutes. It goes on as", text)
        self.assertLessEqual(self.clock.now - 1000, 15 * 60 - run_task.MARGIN)
        self.ecs.tasks[0]["ends"] = WELL
        self.assertEqual(self.run_on([], ecs=self.ecs), {"exitCode": 0, "task": f"{TASK}0"})

    def test_a_repeated_call_starts_no_second_task(self):
        self.run_on([WELL])
        self.assertEqual(self.run_on([], ecs=self.ecs)["task"], f"{TASK}0")
        self.assertEqual(len(self.ecs.calls), 1)

    def test_calls_at_the_same_time_share_a_task(self):
        self.run_on([WELL])
        first = self.ecs.tasks
        self.ecs.paginate = lambda **_: [{"taskArns": []}]  # Not listed yet.
        self.run_on([], ecs=self.ecs)
        self.assertEqual(len(first), 1)

    def test_another_release_is_another_task(self):
        self.run_on([WELL])
        self.run_on([WELL], {**EVENT, "triggers": {"release": "2"}}, ecs=self.ecs)
        self.assertEqual(len(self.ecs.tasks), 2)

    def test_after_a_failure_it_is_started_anew(self):
        self.fails([(20, 1, ENDED)])
        self.assertEqual(self.run_on([WELL], ecs=self.ecs)["task"], f"{TASK}1")

    def test_a_task_that_cannot_be_watched_says_so(self):
        ecs = Ecs(Clock(), [])
        ecs.watch_error = WaiterError("Waiter TasksStopped failed: AccessDeniedException")
        self.assertIn("cannot be watched: Waiter TasksStopped failed: AccessDenied", self.fails([WELL], ecs=ecs))

    def test_nothing_of_the_log_is_in_the_result(self):
        self.assertNotIn("last", json.dumps(self.run_on([WELL])))


if __name__ == "__main__":
    unittest.main()
