"""Makes calls of the smaller services with boto3, given the endpoint and an API's id, and writes what came as JSON."""

import json
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, api = sys.argv[1:]
options = {
    "endpoint_url": endpoint,
    "region_name": "eu-west-1",
    "aws_access_key_id": "AKIAEXAMPLE",
    "aws_secret_access_key": "secret",
    "config": Config(retries={"max_attempts": 0}),
}
logs, events, scheduler, gateway = (
    boto3.client(name, **options) for name in ("logs", "events", "scheduler", "apigatewayv2")
)


def error_of(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return [error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]]
    return None


def paged(client, operation, member, **arguments):
    pages = client.get_paginator(operation).paginate(PaginationConfig={"PageSize": 1}, **arguments)
    return [item for page in pages for item in page[member]]


stream = {"logGroupName": "boto3", "logStreamName": "one"}
logs.create_log_group(logGroupName="boto3")
logs.create_log_stream(**stream)
now = int(time.time() * 1000)
lines = ["GET /a 200", "GET /b 404", "GET /c 500"]
logs.put_log_events(**stream, logEvents=[{"timestamp": now, "message": line} for line in lines])
put = events.put_events(
    Entries=[{"Source": "shop", "DetailType": "placed", "Detail": json.dumps({"total": 11})}, {"Source": "shop"}]
)
print(
    json.dumps(
        {
            "failures": [
                event["message"]
                for event in paged(
                    logs, "filter_log_events", "events",
                    logGroupName="boto3", filterPattern="[method, path, status = 4* || status = 5*]",
                )
            ],
            "head": [event["message"] for event in logs.get_log_events(**stream, startFromHead=True, limit=1)["events"]],
            "groups": [group["logGroupName"] for group in paged(logs, "describe_log_groups", "logGroups")],
            "put": [put["FailedEntryCount"], put["Entries"][1].get("ErrorCode")],
            "rules": [rule["Name"] for rule in events.list_rules()["Rules"]],
            "schedules": [one["Name"] for one in paged(scheduler, "list_schedules", "Schedules")],
            "routes": sorted(route["RouteKey"] for route in paged(gateway, "get_routes", "Items", ApiId=api)),
            "stages": [stage["StageName"] for stage in gateway.get_stages(ApiId=api)["Items"]],
            "errors": [
                error_of(logs.filter_log_events, logGroupName="none"),
                error_of(events.describe_rule, Name="none"),
                error_of(scheduler.get_schedule, Name="none"),
                error_of(gateway.get_api, ApiId="none"),
                error_of(gateway.delete_api, ApiId=api),
            ],
        }
    )
)
