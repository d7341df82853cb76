/** `npm run docs`: writes the reference pages that come from the source. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { commandLinePage } from "./command-line-page.ts";
import { compatibilityPage } from "./compatibility-page.ts";
import { configurationPage } from "./configuration-page.ts";
import { errorsPage } from "./errors-page.ts";
import { extensionsPage } from "./extensions-page.ts";
import { root } from "./repository.ts";

writeFileSync(path.join(root, "docs/reference/errors.md"), errorsPage());
writeFileSync(path.join(root, "docs/reference/command-line.md"), commandLinePage());
writeFileSync(path.join(root, "docs/reference/extensions.md"), extensionsPage());
writeFileSync(path.join(root, "docs/reference/gateway-compatibility.md"), compatibilityPage());
writeFileSync(path.join(root, "docs/reference/configuration.md"), configurationPage());
