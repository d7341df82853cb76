#!/usr/bin/env node
const cdk = require("aws-cdk-lib");
const { NoughtsAndCrossesStack } = require("../lib/noughts-and-crosses-stack");

const app = new cdk.App();
new NoughtsAndCrossesStack(app, "NoughtsAndCrosses");
