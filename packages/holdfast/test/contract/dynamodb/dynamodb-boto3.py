"""Talks to the endpoint as a handler in Python does, and prints what came of it as JSON."""

import json
import sys
from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

session = boto3.Session("test", "test", region_name="eu-west-1")
resource = session.resource("dynamodb", endpoint_url=sys.argv[1])
table = resource.Table("boto3")
found = {}

table.put_item(Item={"room": "a", "at": 1, "price": Decimal("1.50"), "tags": {"x", "y"}})
item = table.get_item(Key={"room": "a", "at": 1})["Item"]
found["item"] = {**item, "at": str(item["at"]), "price": "%.2f" % item["price"], "tags": sorted(item["tags"])}

with table.batch_writer() as batch:
    for at in (2, 3):
        batch.put_item(Item={"room": "a", "at": at})

paginator = table.meta.client.get_paginator("query")
pages = paginator.paginate(
    TableName="boto3",
    KeyConditionExpression=Key("room").eq("a") & Key("at").between(1, 5),
    FilterExpression=Attr("room2").not_exists(),
    PaginationConfig={"PageSize": 2},
)
found["pages"] = [page["Count"] for page in pages]

try:
    table.put_item(Item={"room": "a", "at": 1}, ConditionExpression=Attr("room").not_exists())
except table.meta.client.exceptions.ConditionalCheckFailedException as error:
    found["failed"] = error.response["Error"]["Code"]

try:
    table.meta.client.transact_write_items(
        TransactItems=[
            {"Put": {"TableName": "boto3", "Item": {"room": "b", "at": 1}}},
            {
                "ConditionCheck": {
                    "TableName": "boto3",
                    "Key": {"room": "z", "at": 1},
                    "ConditionExpression": "attribute_exists(room)",
                }
            },
        ]
    )
except table.meta.client.exceptions.TransactionCanceledException as error:
    found["cancelled"] = [reason["Code"] for reason in error.response["CancellationReasons"]]

try:
    table.update_item(
        Key={"room": "a", "at": 1},
        UpdateExpression="SET name = :n",
        ExpressionAttributeValues={":n": "x"},
    )
except ClientError as error:
    found["invalid"] = error.response["Error"]["Message"]

print(json.dumps(found))
