"""Makes the calls that arrive on standard input, a line of JSON each, with boto3, and writes what came of them."""

import base64
import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError


def perform(client, call):
    connection = call["id"]
    if call["operation"] == "send":
        client.post_to_connection(ConnectionId=connection, Data=base64.b64decode(call["data"]))
        return {}
    if call["operation"] == "close":
        client.delete_connection(ConnectionId=connection)
        return {}
    found = client.get_connection(ConnectionId=connection)
    return {"sourceIp": found["Identity"]["SourceIp"], "connectedAt": found["ConnectedAt"].timestamp() * 1000}


def answer(call):
    client = boto3.client(
        "apigatewaymanagementapi",
        endpoint_url=call["endpoint"],
        region_name="us-east-1",
        aws_access_key_id=call["accessKeyId"],
        aws_secret_access_key=call["secretAccessKey"],
        config=Config(retries={"max_attempts": 0}),
    )
    try:
        return {"result": perform(client, call)}
    except ClientError as error:
        return {
            "error": {
                "name": error.response["Error"]["Code"],
                "message": error.response["Error"]["Message"],
                "status": error.response["ResponseMetadata"]["HTTPStatusCode"],
                "isGone": isinstance(error, client.exceptions.GoneException),
            }
        }


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
