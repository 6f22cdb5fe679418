"""Makes the calls that stand in a file with boto3, and prints what boto3 read of each reply.

Usage: boto3_session.py ENDPOINT, calls as a JSON list on standard input:
[{"service": "rds", "region": "us-east-1", "operation": "describe_db_instances", "input": {...}, "pages": 20, "expected": {...}}]
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


WANTED = {
    "boolean": bool,
    "blob": bytes,
    "double": (int, float),
    "float": (int, float),
    "integer": int,
    "long": int,
    "string": str,
    "timestamp": datetime.datetime,
}


def misfits(shape, value, path):
    """Where the value is not of the type that botocore's own model has, which its parsers let through in JSON."""
    if shape.type_name == "structure":
        inner = [(shape.members[name], item, name) for name, item in value.items() if name in shape.members]
    elif shape.type_name == "list":
        inner = [(shape.member, item, index) for index, item in enumerate(value)]
    elif shape.type_name == "map":
        inner = [(shape.value, item, name) for name, item in value.items()]
    else:
        wanted = WANTED[shape.type_name]
        fits = isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool))
        return [] if fits or hasattr(value, "read") else [f"{path} is {value!r}, not {shape.type_name}"]
    return [found for member, item, name in inner for found in misfits(member, item, f"{path}.{name}")]


def modelled(shape, value):
    """The value without the members that this botocore is too old to know: its parsers drop them."""
    if shape is None or value is None:
        return value
    if shape.type_name == "structure":
        return {name: modelled(shape.members[name], item) for name, item in value.items() if name in shape.members}
    if shape.type_name == "list":
        return [modelled(shape.member, item) for item in value]
    if shape.type_name == "map":
        return {name: modelled(shape.value, item) for name, item in value.items()}
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
        reply = getattr(client, call["operation"])(**call["input"])
        operation = client.meta.method_to_api_mapping[call["operation"]]
        shape = client.meta.service_model.operation_model(operation).output_shape
        return {
            "reply": plain(reply),
            "misfits": misfits(shape, reply, operation) if shape else [],
            "expected": modelled(shape, call.get("expected")),
        }
    except ClientError as error:
        return {"error": error.response["Error"], "status": error.response["ResponseMetadata"]["HTTPStatusCode"]}


def main():
    clients = {}
    json.dump([make(call, sys.argv[1], clients) for call in json.load(sys.stdin)], sys.stdout)


main()
