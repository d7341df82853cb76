import json

from common import send, table


def handler(event, context):
    player = event["requestContext"]["connectionId"]
    body = json.loads(event["body"])
    game = table.get_item(Key={"GameId": body["id"]})["Item"]
    other = game["Player2"] if player == game["Player1"] else game["Player1"]
    send(other, {"type": "play", "id": body["id"], "tile": body["tile"]})
    return {"statusCode": 200}
