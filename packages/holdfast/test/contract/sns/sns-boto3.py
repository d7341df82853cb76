"""Talks to the endpoint as a handler in Python does, and prints what came of it as JSON."""

import json
import sys

import boto3

session = boto3.Session("test", "test", region_name="eu-west-1")
resource = session.resource("sns", endpoint_url=sys.argv[1])
client = resource.meta.client
prefix = "arn:aws:sns:eu-west-1:000000000000:"
found = {}

found["topics"] = [topic.arn for topic in resource.topics.all()]

news = resource.Topic(prefix + "news")
news.publish(Message="plain", Subject="hi")
batch = client.publish_batch(
    TopicArn=news.arn,
    PublishBatchRequestEntries=[{"Id": "one", "Message": "1"}, {"Id": "two", "Message": ""}],
)
found["failed"] = [entry["Id"] for entry in batch["Failed"]]

quiet = resource.Topic(prefix + "quiet")
subscription = quiet.subscribe(
    Protocol="sqs",
    Endpoint="arn:aws:sqs:eu-west-1:000000000000:spare",
    Attributes={"RawMessageDelivery": "true"},
)
subscription.set_attributes(AttributeName="FilterPolicy", AttributeValue=json.dumps({"kind": ["a"]}))
found["protocols"] = [one.attributes["Protocol"] for one in quiet.subscriptions.all()]
subscription.reload()
found["filter"] = json.loads(subscription.attributes["FilterPolicy"])
quiet.publish(
    Message="filtered", MessageAttributes={"kind": {"DataType": "String", "StringValue": "a"}}
)
quiet.publish(Message="passed over")

try:
    resource.Topic(prefix + "none").publish(Message="x")
except client.exceptions.NotFoundException as error:
    found["missing"] = [type(error).__name__, error.response["Error"]["Message"]]

try:
    client.publish(TopicArn="news", Message="x")
except client.exceptions.InvalidParameterException as error:
    found["invalid"] = type(error).__name__

print(json.dumps(found))
