"""Makes the calls that stand in a file with boto3, and prints what boto3 read of each reply.

Usage: boto3_session.py ENDPOINT, calls as a JSON list on standard input:
[{"service": "rds", "region": "us-east-1", "operation": "describe_db_instances", "input": {...}, "pages": 20}]
"""

import base64
import datetime
import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError


def plain(value):
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items() if key != "ResponseMetadata"}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if hasattr(value, "read"):
        return {"base64": base64.b64encode(value.read()).decode()}
    return value


def make(call, endpoint, clients):
    where = (call["service"], call["region"])
    if where not in clients:
        clients[where] = boto3.client(
            call["service"],
            region_name=call["region"],
            endpoint_url=endpoint,
            aws_access_key_id="operator",
            aws_secret_access_key="any",
            config=Config(retries={"max_attempts": 0}, connect_timeout=5, read_timeout=20),
        )
    client = clients[where]
    try:
        if "pages" in call:
            pages = client.get_paginator(call["operation"]).paginate(
                **call["input"], PaginationConfig={"PageSize": call["pages"]}
            )
            return {"pages": [plain(page) for page in pages]}
        return {"reply": plain(getattr(client, call["operation"])(**call["input"]))}
    except ClientError as error:
        return {"error": error.response["Error"], "status": error.response["ResponseMetadata"]["HTTPStatusCode"]}


def main():
    clients = {}
    json.dump([make(call, sys.argv[1], clients) for call in json.load(sys.stdin)], sys.stdout)


main()
