const AWS = require("aws-sdk");

const ddb = new AWS.DynamoDB.DocumentClient({ apiVersion: "2012-08-10", region: process.env.AWS_REGION });

exports.handler = function (event, context, callback) {
  const { connectionId, domainName, stage } = event.requestContext;
  const api = new AWS.ApiGatewayManagementApi({
    apiVersion: "2018-11-29",
    endpoint: domainName + "/" + stage,
  });
  const params = {
    TableName: process.env.COUNTS,
    Key: { connection: connectionId },
    UpdateExpression: "ADD #count :one",
    ExpressionAttributeNames: { "#count": "count" },
    ExpressionAttributeValues: { ":one": 1 },
    ReturnValues: "UPDATED_NEW",
  };
  ddb.update(params, function (err, data) {
    if (err) return callback(err);
    const message = "message " + data.Attributes.count + ": " + event.body;
    api.postToConnection({ ConnectionId: connectionId, Data: message }, function (err) {
      callback(err, { statusCode: 200 });
    });
  });
};
