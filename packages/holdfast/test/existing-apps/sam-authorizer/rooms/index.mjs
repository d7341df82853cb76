export const handler = async ({ requestContext, stageVariables }) => {
  if (requestContext.eventType === "CONNECT") return { statusCode: 200 };
  const { principalId, name, visits, isAdmin } = requestContext.authorizer;
  return {
    statusCode: 200,
    body: JSON.stringify({ principalId, name, visits, isAdmin, motto: stageVariables.motto }),
  };
};
