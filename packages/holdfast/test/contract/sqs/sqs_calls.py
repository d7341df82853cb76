"""Asks the queues at an endpoint through boto3 and prints what it gets: sqs_calls.py <endpoint> <json|query>."""

import json
import sys

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

# What the query protocol, which boto3 spoke before 1.28, calls the lists of the JSON protocol.
FORM_NAMES = {
    "AttributeNames": "AttributeName",
    "MessageSystemAttributeNames": "MessageSystemAttributeName",
    "MessageAttributeNames": "MessageAttributeName",
    "MessageAttributes": "MessageAttribute",
    "MessageSystemAttributes": "MessageSystemAttribute",
    "Attributes": "Attribute",
    "Tags": "Tag",
    "Messages": "Message",
    "QueueUrls": "QueueUrl",
    "queueUrls": "QueueUrl",
    "Failed": "BatchResultErrorEntry",
}


def speak_query(session):
    loader = session.get_component("data_loader")
    load = loader.load_service_model

    def load_model(service, kind, *args, **kwargs):
        model = load(service, kind, *args, **kwargs)
        if service != "sqs" or kind != "service-2":
            return model
        model["metadata"].update(
            protocol="query",
            protocols=["query"],
            xmlNamespace="http://queue.amazonaws.com/doc/2012-11-05/",
        )
        model["metadata"].pop("awsQueryCompatible", None)
        for name, operation in model["operations"].items():
            if "output" in operation:
                operation["output"]["resultWrapper"] = f"{name}Result"
        for shape_name, shape in model["shapes"].items():
            for member, reference in shape.get("members", {}).items():
                target = model["shapes"][reference["shape"]]
                if not target.get("flattened"):
                    continue
                if member == "Entries":
                    form = shape_name.replace("Request", "RequestEntry")
                elif member == "Successful":
                    form = shape_name.replace("Result", "ResultEntry")
                else:
                    form = FORM_NAMES.get(member)
                if form is None:
                    continue
                # Lists that are flat take their members' name, maps that of the member of the structure.
                copy = json.loads(json.dumps(target))
                if copy["type"] == "list":
                    copy["member"]["locationName"] = form
                elif form in ("MessageAttribute", "MessageSystemAttribute", "Attribute"):
                    copy["key"]["locationName"] = "Name"
                    copy["value"]["locationName"] = "Value"
                own = f"{shape_name}{member}"
                EXTRA[own] = copy
                reference["shape"] = own
                reference["locationName"] = form
        model["shapes"].update(EXTRA)
        return model

    loader.load_service_model = load_model


EXTRA = {}
HANDLES = {}


def main(endpoint, protocol):
    session = botocore.session.get_session()
    if protocol == "query":
        speak_query(session)
    client = boto3.session.Session(botocore_session=session).client(
        "sqs",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="AKIATEST",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 1}),
    )
    results = []

    def call(name, **parameters):
        try:
            body = getattr(client, name)(**parameters)
            body.pop("ResponseMetadata")
            results.append({"call": name, "body": body})
            return body
        except ClientError as error:
            shown = {key: error.response["Error"].get(key) for key in ("Code", "Message")}
            results.append({"call": name, "error": shown})
            return {}

    run(call)
    print(json.dumps(results, default=lambda value: f"bytes {value.hex()}"))


def run(call):
    url = {
        name: call("get_queue_url", QueueName=name).get("QueueUrl", "")
        for name in ("jobs", "small", "dead", "jobs.fifo", "by-id.fifo")
    }
    jobs, fifo = url["jobs"], url["jobs.fifo"]
    missing = jobs.replace("jobs", "missing")
    attributes = {
        "kind": {"DataType": "String", "StringValue": "höi ✓ <&>"},
        "count": {"DataType": "Number.int", "StringValue": "12"},
        "raw": {"DataType": "Binary", "BinaryValue": b"\x00\x01\xff"},
    }
    call("get_queue_url", QueueName="missing")
    call("list_queues", QueueNamePrefix="jobs")
    call("list_queues", QueueNamePrefix="none")
    call("list_dead_letter_source_queues", QueueUrl=url["dead"])
    call("send_message", QueueUrl=missing, MessageBody="x")
    call("receive_message", QueueUrl=jobs)
    call("send_message", QueueUrl=jobs, MessageBody="höi\r\n\t<&>'\" ✓ 🎲", MessageAttributes=attributes)
    received = call(
        "receive_message",
        QueueUrl=jobs,
        AttributeNames=["All"],
        MessageAttributeNames=["k.*", "raw", "kind.*"],
        WaitTimeSeconds=1,
    )
    handle = received.get("Messages", [{}])[0].get("ReceiptHandle", "none")
    call("get_queue_attributes", QueueUrl=jobs, AttributeNames=["ApproximateNumberOfMessagesNotVisible", "QueueArn"])
    call("change_message_visibility", QueueUrl=jobs, ReceiptHandle=handle, VisibilityTimeout=0)
    again = call("receive_message", QueueUrl=jobs, MessageAttributeNames=["All"], AttributeNames=["ApproximateReceiveCount"])
    handle = again.get("Messages", [{}])[0].get("ReceiptHandle", "none")
    call("delete_message", QueueUrl=jobs, ReceiptHandle=handle)
    call("delete_message", QueueUrl=jobs, ReceiptHandle="nonsense")
    call("change_message_visibility", QueueUrl=jobs, ReceiptHandle="nonsense", VisibilityTimeout=1)
    call(
        "send_message_batch",
        QueueUrl=jobs,
        Entries=[{"Id": f"m{at}", "MessageBody": f"{at}", "MessageAttributes": attributes} for at in range(3)],
    )
    batch = call("receive_message", QueueUrl=jobs, MaxNumberOfMessages=10).get("Messages", [])
    call(
        "change_message_visibility_batch",
        QueueUrl=jobs,
        Entries=[
            {"Id": f"c{at}", "ReceiptHandle": one["ReceiptHandle"], "VisibilityTimeout": 30}
            for at, one in enumerate(batch)
        ],
    )
    call(
        "delete_message_batch",
        QueueUrl=jobs,
        Entries=[{"Id": f"d{at}", "ReceiptHandle": one["ReceiptHandle"]} for at, one in enumerate(batch)]
        + [{"Id": "wrong", "ReceiptHandle": "nonsense"}],
    )
    call("send_message_batch", QueueUrl=jobs, Entries=[])
    call("send_message_batch", QueueUrl=jobs, Entries=[{"Id": f"m{at}", "MessageBody": "x"} for at in range(11)])
    call("send_message_batch", QueueUrl=jobs, Entries=[{"Id": "same", "MessageBody": "x"}] * 2)
    call("send_message_batch", QueueUrl=jobs, Entries=[{"Id": "a b", "MessageBody": "x"}])
    call("send_message", QueueUrl=url["small"], MessageBody="x" * 1025)
    call("send_message", QueueUrl=jobs, MessageBody="\x01")
    call("send_message", QueueUrl=jobs, MessageBody="x", DelaySeconds=901)
    call("send_message", QueueUrl=jobs, MessageBody="x", MessageAttributes={"a": {"DataType": "Text", "StringValue": "x"}})
    call("send_message", QueueUrl=jobs, MessageBody="x", MessageAttributes={"a": {"DataType": "String", "StringValue": ""}})
    call("receive_message", QueueUrl=jobs, MaxNumberOfMessages=11)
    call("receive_message", QueueUrl=jobs, WaitTimeSeconds=21)
    call("receive_message", QueueUrl=jobs, VisibilityTimeout=43201)
    call("get_queue_attributes", QueueUrl=jobs, AttributeNames=["Nonsense"])
    call("send_message", QueueUrl=fifo, MessageBody="x")
    call("send_message", QueueUrl=fifo, MessageBody="x", MessageGroupId="g", DelaySeconds=1)
    call("send_message", QueueUrl=url["by-id.fifo"], MessageBody="x", MessageGroupId="g")
    call("send_message", QueueUrl=jobs, MessageBody="x", MessageDeduplicationId="d")
    for body in ("1", "1", "2"):
        call("send_message", QueueUrl=fifo, MessageBody=body, MessageGroupId="g")
    call("receive_message", QueueUrl=fifo, MaxNumberOfMessages=10, AttributeNames=["All"])
    call("receive_message", QueueUrl=fifo)
    call("purge_queue", QueueUrl=fifo)
    call("get_queue_attributes", QueueUrl=fifo, AttributeNames=["FifoQueue", "ApproximateNumberOfMessages", "VisibilityTimeout"])
    call("list_queue_tags", QueueUrl=jobs)


main(sys.argv[1], sys.argv[2])
