/** Imports run one way: between packages, between the relay's rooms, and never around a package's front door. */
import { posix } from "node:path";
import { type Breach, type Import, importsOf, type Rule } from "./source.ts";

/** For each package, those whose front door it may use. */
const packages: Record<string, readonly string[]> = {
  protocol: [],
  negentropy: [],
  journal: ["protocol"],
  "relay-client": ["protocol"],
  relay: ["protocol", "negentropy"],
  "buyer-client": ["protocol", "journal", "relay-client"],
  "seller-client": ["protocol", "journal", "relay-client"],
  conformance: ["protocol"],
  cli: ["protocol", "journal", "relay-client", "relay", "buyer-client", "seller-client", "conformance"],
  testkit: ["protocol", "journal", "negentropy"],
};

/** For each room of the relay, those it may use; what lies beside the rooms (the composition root) may use all. */
const rooms: Record<string, readonly string[]> = {
  core: ["core"],
  ports: ["core", "ports"],
  flow: ["core", "ports", "flow"],
  adapters: ["ports", "adapters"],
};

const packageOf = (path: string) => /^packages\/([^/]+)\/src\//.exec(path)?.[1];
const ours = (specifier: string) => /^@intentcast\/([^/]+)/.exec(specifier)?.[1];
const isRelative = (specifier: string) => /^\.\.?\//.test(specifier);
const resolve = (path: string, specifier: string) => posix.join(posix.dirname(path), specifier);

/** A rule over each import of the files that `applies` chooses. */
const eachImport =
  (applies: (path: string) => boolean, says: (path: string, one: Import) => string | undefined): Rule =>
  ({ path, text }) =>
    !applies(path)
      ? []
      : importsOf(text).flatMap((one): Breach[] => {
          const breach = says(path, one);
          return breach === undefined ? [] : [`${path}: ${breach} (${one.specifier})`];
        });

/** protocol ← journal; protocol ← relay-client ← buyer-client | seller-client ← cli; protocol, negentropy ← relay ← cli; testkit only in tests. */
export const packagesRunOneWay = eachImport(
  (path) => packageOf(path) !== undefined,
  (path, { specifier }) => {
    const from = packageOf(path) as string;
    const to = ours(specifier);
    if (packages[from] === undefined) return `the package ${from} has no place in the order of packages`;
    return to === undefined || packages[from].includes(to) ? undefined : `${from} must not use ${to}`;
  },
);

/** What a package's neighbours may reach is what it exports: no relative import leaves its package. */
export const relativeImportsStayInside = eachImport(
  (path) => /^packages\/[^/]+\//.test(path),
  (path, { specifier }) => {
    const home = /^packages\/[^/]+\//.exec(path)?.[0] as string;
    if (!isRelative(specifier)) return undefined;
    const target = resolve(path, specifier);
    if (!target.startsWith(home)) return "a relative import leaves its package";
    const fromSource = path.startsWith(`${home}src/`);
    return fromSource && !target.startsWith(`${home}src/`)
      ? "a source file imports from outside src"
      : undefined;
  },
);

/** core → core; flow → core, ports; adapters → ports, and types of core; all of them → protocol. */
export const relayRoomsRunOneWay = eachImport(
  (path) => path.startsWith("packages/relay/src/"),
  (path, { specifier, typeOnly }) => {
    const roomOf = (file: string) => /^packages\/relay\/src\/([^/]+)\//.exec(file)?.[1];
    const from = roomOf(path);
    if (from === undefined) return undefined;
    const allowed = rooms[from];
    if (allowed === undefined) return `the room ${from} has no place in the relay`;
    if (!isRelative(specifier)) return undefined;
    const to = roomOf(resolve(path, specifier));
    if (to === undefined) return `${from} must not use the composition root`;
    if (allowed.includes(to) || (from === "adapters" && to === "core" && typeOnly)) return undefined;
    return `${from} must not use ${to}`;
  },
);

export const relativeImportsEndInTs = eachImport(
  (path) => path.endsWith(".ts"),
  (_, { specifier }) =>
    isRelative(specifier) && !/\.(ts|json)$/.test(specifier)
      ? "a relative import does not end in .ts"
      : undefined,
);

/** The packages that a published file needs are among its package's `dependencies`. */
export const dependenciesAreDeclared =
  (manifests: ReadonlyMap<string, { dependencies?: Record<string, string> }>): Rule =>
  (file) =>
    eachImport(
      (path) => packageOf(path) !== undefined,
      (path, { specifier }) => {
        if (isRelative(specifier) || specifier.startsWith("node:")) return undefined;
        const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] as string;
        const declared = manifests.get(packageOf(path) as string)?.dependencies ?? {};
        return Object.hasOwn(declared, name) ? undefined : "the package's dependencies do not name it";
      },
    )(file);
