import json

from common import send, table


def handler(event, context):
    player = event["requestContext"]["connectionId"]
    game_id = json.loads(event["body"])["id"]
    game = table.update_item(
        Key={"GameId": game_id},
        UpdateExpression="SET Player2 = :player",
        ConditionExpression="attribute_exists(GameId)",
        ExpressionAttributeValues={":player": player},
        ReturnValues="ALL_NEW",
    )["Attributes"]
    for one in (game["Player1"], game["Player2"]):
        send(one, {"type": "join", "id": game_id})
    return {"statusCode": 200}
