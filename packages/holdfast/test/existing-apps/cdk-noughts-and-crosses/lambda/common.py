import json
import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
client = boto3.client("apigatewaymanagementapi", endpoint_url="https" + os.environ["WEBSOCKET_URL"][3:])


def send(connection_id, message):
    client.post_to_connection(ConnectionId=connection_id, Data=json.dumps(message, separators=(",", ":")))
