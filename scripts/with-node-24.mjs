/**
 * Starts this repository's commands with npm alone, on any Node from 18: it finds a Node 24 and a pnpm 12 (by npx where
 * the machine has none), installs what the lockfile says, and then runs the command with them.
 *
 *   npm start [-- args]        the demonstration           npm test [-- vitest's args]        every check
 *   npm run -s intentcast -- args                          the program, in the folder where it was typed
 *   npm run fuzz [-- args]         the long fuzz           npm run chaos [-- args]            the long chaos
 *   npm run simulate [-- args]     simulated networks of relays, seed by seed
 *   npm run scale [-- args]        models of networks of up to 1,000 relays
 *   npm run mutants [-- args]      both implementations beside each other, on mutants
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const leastNode = 24;
const leastPnpm = 12;
const windows = process.platform === "win32";
const self = fileURLToPath(import.meta.url);
const root = dirname(dirname(self));
const modules = join(root, "node_modules");
/** What the last run found and installed, so that the next one starts at once and needs no network. */
const memory = join(modules, ".intentcast.json");

const say = (text) => process.stderr.write(`intentcast: ${text}\n`);

// --- one child at a time; we outlive it and end as it ended ---

let child;
let stoppedBy;

/** A terminal gives Ctrl-C to the child as well as to us: to pass it on would make it two, which often means "at once". */
const childHearsInterrupt = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    const isFirst = stoppedBy !== signal;
    stoppedBy = signal;
    // npm may send an interrupt a second time that its own child has already had.
    if (signal === "SIGINT" && (childHearsInterrupt || !isFirst)) return;
    child?.kill(signal);
  });
}

// npm runs us in a shell. Where the shell does not pass on the signal that ends it, its end is all that we see of it.
if (process.env.npm_lifecycle_event !== undefined) {
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    process.kill(process.pid, "SIGTERM");
  }, 250);
  watch.unref();
}

/** Runs a program to its end. Its exit code, as a shell would tell it. */
function run(file, args, options) {
  if (stoppedBy !== undefined) return Promise.resolve(128 + constants.signals[stoppedBy]);
  return new Promise((resolve) => {
    child = spawn(file, args, { stdio: "inherit", ...options });
    child.on("error", (error) => {
      say(`cannot run ${file}: ${error.message}`);
      resolve(127);
    });
    child.on("close", (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
    options.collect?.(child);
  });
}

// --- Node and pnpm ---

const majorOf = (version) => Number.parseInt(version.replace(/^v/, ""), 10);

/** The version that a program tells, or 0 where it cannot be run. */
function majorOfProgram(file) {
  const { status, stdout } = spawnSync(file, ["--version"], { encoding: "utf8", windowsHide: true });
  return status === 0 ? majorOf(stdout.trim()) : 0;
}

/** The Node that runs this script and the first pnpm on its PATH, where both are new enough. */
function toolsHere() {
  if (majorOf(process.version) < leastNode) return undefined;
  // On Windows npm puts a script there that only a shell can run; the program itself lies beside it.
  const places = windows ? ["pnpm.exe", join("..", "pnpm", "pnpm.exe")] : ["pnpm"];
  const candidates = (process.env.PATH ?? "")
    .split(delimiter)
    .flatMap((folder) => places.map((place) => join(folder, place)))
    .filter((file) => existsSync(file));
  const pnpm = candidates.find((file) => majorOfProgram(file) >= leastPnpm);
  return pnpm === undefined ? undefined : { node: process.execPath, pnpm };
}

/** Has npx fetch both, and this script tell where they lie. No argument of the user's passes through npx's shell. */
async function toolsFromNpx() {
  say(`this is Node ${process.version}; getting Node ${leastNode} and pnpm ${leastPnpm} with npx (once)`);
  const npm = process.env.npm_execpath ?? "";
  const npx = join(dirname(npm), "npx-cli.js");
  const [file, before] =
    basename(npm) === "npm-cli.js" && existsSync(npx) ? [process.execPath, [npx]] : ["npx", []];
  const packages = ["-p", `node@${leastNode}`, "-p", `pnpm@${leastPnpm}`];
  let told = "";
  const code = await run(file, [...before, "-y", ...packages, "node", "scripts/with-node-24.mjs", "tools"], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    collect: ({ stdout }) => stdout.on("data", (chunk) => (told += chunk)),
  });
  if (code === 0 && told !== "") return JSON.parse(told);
  say(
    `npx could not get Node ${leastNode} and pnpm ${leastPnpm}: install them, or look at the message above`,
  );
  process.exit(code === 0 ? 1 : code);
}

/** Ours with both first on the PATH, so that whatever a command starts finds them too. */
function environment({ node, pnpm }) {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
  const folders = [dirname(node), dirname(pnpm), process.env[name]];
  return { ...process.env, [name]: folders.filter(Boolean).join(delimiter) };
}

function remembered() {
  try {
    const found = JSON.parse(readFileSync(memory, "utf8"));
    return majorOfProgram(found.node) >= leastNode && existsSync(found.pnpm) ? found : undefined;
  } catch {
    return undefined;
  }
}

// --- installing ---

function lockHash() {
  const hash = createHash("sha256");
  for (const name of ["pnpm-lock.yaml", "pnpm-workspace.yaml"]) hash.update(readFileSync(join(root, name)));
  return hash.digest("hex");
}

/** Makes node_modules what the lockfile says; silent unless it takes a while or fails. */
async function install(tools, env) {
  say("installing the dependencies (once)");
  let output = "";
  const keep = (stream) => stream.on("data", (chunk) => (output += chunk));
  const code = await run(tools.pnpm, ["install", "--frozen-lockfile"], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    collect: ({ stdout, stderr }) => [stdout, stderr].forEach(keep),
  });
  if (code !== 0) {
    process.stderr.write(output);
    say("the dependencies could not be installed");
    process.exit(code);
  }
}

// --- the commands ---

/** The script behind a command of an installed package. */
function programOf(name, command) {
  const folder = join(modules, name);
  const { bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return join(folder, typeof bin === "string" ? bin : bin[command]);
}

/** Quiet about the "experimental" of node:sqlite, which is for us to know and not for the user. */
const main = ["--disable-warning=ExperimentalWarning", join(root, "packages", "cli", "src", "main.ts")];
/** Where the user typed the command; npm itself has gone to the root. */
const here = process.env.INIT_CWD ?? process.cwd();

/** A program of the tests' own, which may collect garbage when it wants to measure memory. */
const longTest = (...path) => [
  "--disable-warning=ExperimentalWarning",
  "--expose-gc",
  join(root, "test", ...path),
];

const commands = {
  start: (args) => [{ cwd: here, args: [...main, "demo", ...args] }],
  intentcast: (args) => [{ cwd: here, args: [...main, ...args] }],
  fuzz: (args) => [{ cwd: root, args: [...longTest("fuzz", "main.ts"), ...args] }],
  mutants: (args) => [{ cwd: root, args: [...longTest("mutants", "main.ts"), ...args] }],
  chaos: (args) => [{ cwd: root, args: [...longTest("chaos", "main.ts"), ...args] }],
  simulate: (args) => [{ cwd: root, args: [...longTest("simulation", "main.ts"), ...args] }],
  scale: (args) => [{ cwd: root, args: [join(root, "bench", "scale", "main.ts"), ...args] }],
  test: (args) => [
    { name: "biome", cwd: root, args: [programOf("@biomejs/biome", "biome"), "check", "."] },
    { name: "the type check", cwd: root, args: [programOf("typescript", "tsc"), "-b"] },
    {
      name: "the type check of the tests",
      cwd: root,
      args: [programOf("typescript", "tsc"), "-p", "tsconfig.tests.json"],
    },
    { name: "vitest", cwd: root, args: [programOf("vitest", "vitest"), "run", ...args] },
  ],
};

async function start(command, args) {
  const known = remembered();
  const tools = known ?? toolsHere() ?? (await toolsFromNpx());
  const env = environment(tools);
  const lock = lockHash();
  if (known?.lock !== lock) {
    await install(tools, env);
    mkdirSync(modules, { recursive: true });
    writeFileSync(memory, JSON.stringify({ node: tools.node, pnpm: tools.pnpm, lock }));
  }
  for (const step of commands[command](args)) {
    const code = await run(tools.node, step.args, { cwd: step.cwd, env });
    if (code === 0) continue;
    if (step.name !== undefined) say(`${step.name} failed`);
    return code;
  }
  return 0;
}

const [command, ...args] = process.argv.slice(2);
if (command === "tools") {
  process.stdout.write(JSON.stringify(toolsHere()) ?? "");
} else if (Object.hasOwn(commands, command ?? "")) {
  process.exitCode = await start(command, args);
} else {
  say(`say one of: ${Object.keys(commands).join(", ")}`);
  process.exitCode = 2;
}
