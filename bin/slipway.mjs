#!/usr/bin/env node
// Runs before anything is installed: plain JavaScript that old versions of Node can read too, no dependencies.
import { createRequire } from "module";

const load = createRequire(import.meta.url);

function fail(error) {
  process.stderr.write(`slipway: ${error && error.message ? error.message : error}\n`);
  process.exit(1);
}

if (parseInt(process.versions.node, 10) < 20) {
  fail(`Node ${process.versions.node} is too old: Slipway needs Node 20 or newer (https://nodejs.org).`);
}

import("../tools/setup.mjs")
  .then((setup) => setup.prepare((message) => process.stderr.write(`${message}\n`)))
  .then(() => load("../dist/slipway.js"))
  .catch(fail);
