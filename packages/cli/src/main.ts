#!/usr/bin/env node
/** The `intentcast` program. */
import { keepCompiled } from "./compile-cache.ts";

keepCompiled();
const [{ run }, { processTerminal }] = await Promise.all([import("./program.ts"), import("./terminal.ts")]);

process.exitCode = await run(process.argv.slice(2), processTerminal());
