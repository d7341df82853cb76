import time
import uuid

from common import send, table

SIX_HOURS = 6 * 60 * 60


def handler(event, context):
    player = event["requestContext"]["connectionId"]
    game_id = str(uuid.uuid4())
    table.put_item(Item={"GameId": game_id, "Player1": player, "ttl": int(time.time()) + SIX_HOURS})
    send(player, {"type": "init", "id": game_id})
    return {"statusCode": 200}
