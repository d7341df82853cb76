import os


def authorize(event, context):
    tokens = dict(pair.split(":")[::-1] for pair in os.environ["TOKENS"].split(","))
    token = event["queryStringParameters"]["token"]
    if token == "boom":
        raise RuntimeError("the token store is down")
    name = tokens.get(token)
    return {
        "principalId": name or "nobody",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Action": "execute-api:Invoke",
                    "Effect": "Allow" if name else "Deny",
                    "Resource": event["methodArn"],
                }
            ],
        },
        "context": {"name": name or "", "visits": 3, "isAdmin": name == "ann"},
    }
