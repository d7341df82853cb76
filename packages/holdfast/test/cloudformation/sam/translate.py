"""Translates SAM templates with SAM's own translator.

Takes {name: text} as JSON from standard input, and prints {name: {"source": template, "result": template}}, with
"errors" in place of "result" where the translator refuses. The translator takes code from buckets alone, so that local
paths are in a bucket of the name "local".
"""
import copy
import json
import logging
import os
import sys

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
logging.disable(logging.CRITICAL)

from samtranslator.internal.managed_policies import get_bundled_managed_policy_map
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse


def put_code_into_bucket(template):
    for resource in template["Resources"].values():
        properties = resource.get("Properties") or {}
        for name in ("CodeUri", "ContentUri"):
            if isinstance(properties.get(name), str) and not properties[name].startswith("s3:"):
                properties[name] = "s3://local/" + properties[name]
    return template


def translate(text):
    source = yaml_parse(text)
    template = put_code_into_bucket(copy.deepcopy(source))
    try:
        policies = get_bundled_managed_policy_map("aws")
        return {"source": source, "result": Translator(policies, Parser()).translate(template, {})}
    except InvalidDocumentException as error:
        return {"source": source, "errors": [cause.message for cause in error.causes]}


templates = json.load(sys.stdin)
json.dump({name: translate(text) for name, text in templates.items()}, sys.stdout)
