"""What boto3 makes of S3 at an endpoint, as JSON: `python3 s3-calls.py <endpoint>`, or with moto in place of it."""

import hashlib
import io
import json
import os
import re
import sys
import tempfile

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint = sys.argv[1]
if endpoint == "moto":
    from moto import mock_aws

    mock_aws().start()
    endpoint = None
os.environ.setdefault("AWS_ACCESS_KEY_ID", "a")
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "b")
client = boto3.client(
    "s3",
    region_name="eu-west-1",
    endpoint_url=endpoint,
    config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1, "mode": "standard"}),
)
if endpoint is None:
    for name in ("files", "other"):
        client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})

results = {}
kept = ("Key", "Size", "ETag", "StorageClass", "Prefix")


def plain(answer):
    answer = {name: value for name, value in answer.items() if name != "ResponseMetadata"}
    for name in ("LastModified", "ServerSideEncryption", "VersionIdMarker", "Owner", "Initiator", "AcceptRanges"):
        answer.pop(name, None)
    for name in ("ChecksumType", "ChecksumCRC32"):
        answer.pop(name, None)
    for name in ("Contents", "CommonPrefixes"):
        if name in answer:
            answer[name] = [{k: v for k, v in one.items() if k in kept} for one in answer[name]]
    for name in ("NextContinuationToken", "ContinuationToken", "UploadId"):
        if name in answer:
            answer[name] = "some"
    if "Body" in answer:
        answer["Body"] = answer["Body"].read().decode()
    return answer


def call(title, method, **options):
    try:
        answer = getattr(client, method)(**options)
        status = answer["ResponseMetadata"]["HTTPStatusCode"]
        results[title] = [status, plain(answer)]
        return answer
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        results[title] = [status, error.response["Error"]["Code"]]
        return {}


B = {"Bucket": "files"}
for key in ("a/1", "a/2", "a/b/3", "b", "c d/ü+", "e&<>'\"", "z"):
    call(f"put {key}", "put_object", **B, Key=key, Body=key.encode())
for name in ("list_objects", "list_objects_v2"):
    call(name, name, **B)
    call(f"{name} with delimiter", name, **B, Delimiter="/")
    call(f"{name} below", name, **B, Prefix="a/", Delimiter="/")
    call(f"{name} of a page", name, **B, MaxKeys=2)
    call(f"{name} of a page with delimiter", name, **B, MaxKeys=1, Delimiter="/")
    call(f"{name} of none", name, **B, MaxKeys=0)
    call(f"{name} of nothing", name, **B, Prefix="nothing")
    call(f"{name} of no bucket", name, Bucket="none")
call("list after", "list_objects_v2", **B, StartAfter="a/2")
call("list after below", "list_objects_v2", **B, StartAfter="a/1", Delimiter="/")
call("list from marker", "list_objects", **B, Marker="b")
call("get", "get_object", **B, Key="a/1")
call("get range", "get_object", **B, Key="a/1", Range="bytes=0-1")
call("get end", "get_object", **B, Key="a/1", Range="bytes=-1")
call("get beyond", "get_object", **B, Key="a/1", Range="bytes=9-10")
call("get none", "get_object", **B, Key="none")
call("get of no bucket", "get_object", Bucket="none", Key="none")
call("head none", "head_object", **B, Key="none")
call("get unmodified", "get_object", **B, Key="a/1", IfMatch='"x"')
call("put there", "put_object", **B, Key="a/1", Body=b"x", IfNoneMatch="*")
call("copy none", "copy_object", **B, Key="x", CopySource="files/none")
call("copy to itself", "copy_object", **B, Key="b", CopySource="files/b")
call("delete none", "delete_object", **B, Key="none")
call("put tags", "put_object_tagging", **B, Key="b", Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
call("get tags", "get_object_tagging", **B, Key="b")
call("get tags of none", "get_object_tagging", **B, Key="none")
call("delete many", "delete_objects", **B, Delete={"Objects": [{"Key": "b"}, {"Key": "none"}]})
call("abort none", "abort_multipart_upload", **B, Key="k", UploadId="none")
call("list parts of none", "list_parts", **B, Key="k", UploadId="none")
call("location", "get_bucket_location", **B)
call("versioning", "get_bucket_versioning", **B)
call("policy", "get_bucket_policy", **B)
call("cors", "get_bucket_cors", **B)
call("lifecycle", "get_bucket_lifecycle_configuration", **B)
call("bucket tags", "get_bucket_tagging", **B)
call("website", "get_bucket_website", **B)
call("head bucket", "head_bucket", **B)
call("head no bucket", "head_bucket", Bucket="none")
call("create again", "create_bucket", **B, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})

upload = call("create upload", "create_multipart_upload", **B, Key="parts")
named = {**B, "Key": "parts", "UploadId": upload.get("UploadId", "")}
parts = []
for number, body in ((1, b"a" * 10), (2, b"b")):
    part = call(f"part {number}", "upload_part", **named, PartNumber=number, Body=body)
    parts.append({"PartNumber": number, "ETag": part.get("ETag", "")})
call("complete small", "complete_multipart_upload", **named, MultipartUpload={"Parts": parts})
call("complete out of order", "complete_multipart_upload", **named, MultipartUpload={"Parts": parts[::-1]})
completed = call("complete", "complete_multipart_upload", **named, MultipartUpload={"Parts": parts[:1]})
for title in ("complete",):
    if isinstance(results[title][1], dict):
        results[title][1].pop("Location", None)

body = os.urandom(1024) * (20 * 1024) + b"end"
with tempfile.TemporaryDirectory() as folder:
    source, target = os.path.join(folder, "source"), os.path.join(folder, "target")
    with open(source, "wb") as file:
        file.write(body)
    client.upload_file(source, "files", "large", ExtraArgs={"ContentType": "video/x"})
    client.download_file("files", "large", target)
    with open(target, "rb") as file:
        results["large"] = [file.read() == body, client.head_object(**B, Key="large")["ContentType"]]
client.upload_fileobj(io.BytesIO(b"small"), "files", "small")
client.copy({"Bucket": "files", "Key": "large"}, "other", "copy", Config=TransferConfig(multipart_threshold=8388608))
results["copied"] = client.head_object(Bucket="other", Key="copy")["ContentLength"]
results["presigned"] = client.generate_presigned_url("get_object", Params={**B, "Key": "small"})
print(json.dumps(results))
