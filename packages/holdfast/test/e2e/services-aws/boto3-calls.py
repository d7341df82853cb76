"""Makes a call of each service with boto3, given the endpoint, and writes what came of them as JSON."""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

options = {
    "endpoint_url": sys.argv[1],
    "region_name": "eu-west-1",
    "aws_access_key_id": "AKIAEXAMPLE",
    "aws_secret_access_key": "secret",
    "config": Config(retries={"max_attempts": 0}),
}


def error_of(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return [error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]]
    return None


sts = boto3.client("sts", **options)
ssm = boto3.client("ssm", **options)
functions = boto3.client("lambda", **options)

for at in range(12):
    ssm.put_parameter(Name=f"/boto/{at}", Value=str(at), Type="String")
pages = ssm.get_paginator("get_parameters_by_path").paginate(Path="/boto")
invoked = functions.invoke(FunctionName="echo", Payload=json.dumps({"from": "boto3"}))
broken = functions.invoke(FunctionName="broken")
print(
    json.dumps(
        {
            "identity": sts.get_caller_identity()["Arn"],
            "assumed": sts.assume_role(RoleArn="arn:aws:iam::000000000000:role/r", RoleSessionName="me")[
                "AssumedRoleUser"
            ]["Arn"],
            "parameters": sorted(one["Value"] for page in pages for one in page["Parameters"]),
            "echoed": json.load(invoked["Payload"]),
            "broken": [broken["FunctionError"], json.load(broken["Payload"])["errorMessage"]],
            "functions": [
                one["FunctionName"]
                for page in functions.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2})
                for one in page["Functions"]
            ],
            "errors": [
                error_of(sts.assume_role, RoleArn="arn:aws:iam::000000000000:role/r", RoleSessionName="?" * 3),
                error_of(ssm.get_parameter, Name="/absent"),
                error_of(ssm.put_parameter, Name="/boto/1", Value="x", Type="String"),
                error_of(functions.invoke, FunctionName="absent"),
                error_of(functions.invoke, FunctionName="echo", Payload="{"),
            ],
        }
    )
)
