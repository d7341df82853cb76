#!/usr/bin/env node
// Committed and unbuilt, so that npm can link it before the package is built. Old syntax on purpose:
// on a Node that is too old this file must still parse, to say so in one line.
var [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 22)) {
  console.error(
    "holdfast needs Node 22.22 or newer; this is " +
      process.versions.node +
      ". See https://nodejs.org/en/download",
  );
  process.exit(1);
}
import("../dist/cli.js").catch(function (error) {
  if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
  console.error(
    "holdfast is not built: " + error.message + "\nIn a checkout of the repository, run: npm run build",
  );
  process.exit(2);
});
