const path = require("node:path");
const { CfnOutput, Duration, RemovalPolicy, Stack } = require("aws-cdk-lib");
const { WebSocketApi, WebSocketStage } = require("aws-cdk-lib/aws-apigatewayv2");
const { WebSocketLambdaIntegration } = require("aws-cdk-lib/aws-apigatewayv2-integrations");
const { AttributeType, BillingMode, Table } = require("aws-cdk-lib/aws-dynamodb");
const { Code, Function, Runtime } = require("aws-cdk-lib/aws-lambda");

class NoughtsAndCrossesStack extends Stack {
  constructor(scope, id, props) {
    super(scope, id, props);

    const games = new Table(this, "Games", {
      partitionKey: { name: "GameId", type: AttributeType.STRING },
      timeToLiveAttribute: "ttl",
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });

    const api = new WebSocketApi(this, "Api", {
      routeSelectionExpression: "${request.body.type}",
    });
    const stage = new WebSocketStage(this, "Stage", {
      webSocketApi: api,
      stageName: "prod",
      autoDeploy: true,
    });

    for (const route of ["start", "join", "play"]) {
      const handler = new Function(this, `${route}-handler`, {
        runtime: Runtime.PYTHON_3_12,
        code: Code.fromAsset(path.join(__dirname, "../lambda")),
        handler: `${route}.handler`,
        timeout: Duration.seconds(10),
        environment: {
          TABLE_NAME: games.tableName,
          WEBSOCKET_URL: stage.url,
        },
      });
      games.grantReadWriteData(handler);
      stage.grantManagementApiAccess(handler);
      api.addRoute(route, {
        integration: new WebSocketLambdaIntegration(`${route}-integration`, handler),
      });
    }

    new CfnOutput(this, "WebSocketUrl", { value: stage.url });
  }
}

module.exports = { NoughtsAndCrossesStack };
