"""What boto3 does with S3 as `holdfast dev` has it; prints what a test looks at."""

import json
import os
import sys
import tempfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, key, secret = sys.argv[1:]


def connect(secret=secret, **config):
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="eu-west-1",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=Config(retries={"max_attempts": 0}, **config),
    )


bucket = "my.uploads"
client = connect()
client.put_object(Bucket=bucket, Key="boto3 ü", Body=b"of boto3", Metadata={"colour": "red"})
got = client.get_object(Bucket=bucket, Key="boto3 ü")
results = {"got": [got["Body"].read().decode(), got["Metadata"]]}
results["buckets"] = [one["Name"] for one in client.list_buckets()["Buckets"]]

with tempfile.NamedTemporaryFile() as file:
    file.write(b"boto" * (3 * 1024 * 1024))
    file.flush()
    client.upload_file(file.name, bucket, "in/boto3")
results["size"] = client.head_object(Bucket=bucket, Key="in/boto3")["ContentLength"]

try:
    connect("wrong").list_objects_v2(Bucket=bucket)
    results["wrong"] = "taken"
except ClientError as error:
    results["wrong"] = error.response["Error"]["Code"]

named = {"Bucket": bucket, "Key": "by boto3"}
# Without a word about it, version 2.
results["urls"] = [
    [
        one.generate_presigned_url("put_object", Params={**named, "ContentType": "text/plain"}),
        one.generate_presigned_url("get_object", Params={**named, "ResponseCacheControl": "no-store"}),
    ]
    for one in (client, connect(signature_version="s3v4"))
]
print(json.dumps(results))
