import type { Bucket, CorsRule } from "../../../model/app-model.ts";
import type { Properties } from "./properties.ts";

const corsMethods = ["GET", "PUT", "HEAD", "POST", "DELETE"] as const;

/** What a bucket's properties say to browsers: its web site, and its rules for pages of other origins. */
export function readBucketPages(properties: Properties): Pick<Bucket, "website" | "cors"> {
  const website = readWebsite(properties);
  const cors = properties.object("CorsConfiguration")?.objects("CorsRules").map(readCorsRule) ?? [];
  return { ...(website !== undefined && { website }), ...(cors.length > 0 && { cors }) };
}

function readWebsite(properties: Properties): Bucket["website"] {
  const website = properties.object("WebsiteConfiguration");
  if (website === undefined) return undefined;
  if (website.has("RoutingRules")) website.ignore("RoutingRules", "its paths are those of the objects");
  if (website.has("RedirectAllRequestsTo"))
    return website.ignore("RedirectAllRequestsTo", "nothing answers at the web site's URL");
  website.require("IndexDocument");
  const indexDocument = website.text("IndexDocument");
  const errorDocument = website.text("ErrorDocument");
  return indexDocument === undefined
    ? undefined
    : { indexDocument, ...(errorDocument !== undefined && { errorDocument }) };
}

function readCorsRule(rule: Properties): CorsRule {
  rule.require("AllowedMethods", "AllowedOrigins");
  const allowedMethods = rule.texts("AllowedMethods");
  if (!allowedMethods.every((method) => corsMethods.some((one) => one === method)))
    rule.refuse("AllowedMethods", `may hold ${corsMethods.join(", ")}`);
  const maxAgeSeconds = rule.number("MaxAge", { from: 0, to: 2_147_483_647, unit: "seconds" });
  return {
    allowedOrigins: rule.texts("AllowedOrigins"),
    allowedMethods,
    allowedHeaders: rule.texts("AllowedHeaders"),
    exposedHeaders: rule.texts("ExposedHeaders"),
    ...(maxAgeSeconds !== undefined && { maxAgeSeconds }),
  };
}
