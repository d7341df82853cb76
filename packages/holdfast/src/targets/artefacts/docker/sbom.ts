import type { BundledPackage } from "../../../bundle/bundled-packages.ts";
import type { LockEntries } from "../container/select-lock.ts";

export interface SbomParts {
  readonly app: string;
  readonly tag: string;
  readonly license: string | undefined;
  /** The version and licence of Holdfast. */
  readonly holdfast: { readonly version: string; readonly license: string };
  /** What is installed for Holdfast. */
  readonly installed: LockEntries;
  /** What is in the app's bundle. */
  readonly bundled: readonly BundledPackage[];
}

interface Component {
  readonly type: "library";
  readonly "bom-ref": string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses?: readonly { readonly expression: string }[];
  readonly hashes?: readonly { readonly alg: "SHA-512"; readonly content: string }[];
}

/** The npm packages of an image, as CycloneDX 1.6 has it; what the base image brings along is that one's to say. */
export function writeSbom({ app, tag, license, holdfast, installed, bundled }: SbomParts): string {
  const all = [
    toComponent({ name: "holdfast", ...holdfast }),
    ...bundled.map((one) => toComponent(one)),
    ...Object.entries(installed).flatMap(([place, { version, license: of, integrity, ...entry }]) => {
      if (version === undefined || "optional" in entry) return [];
      return [
        toComponent({ name: nameOf(place), version, ...(of !== undefined && { license: of }) }, integrity),
      ];
    }),
  ];
  const byReference = new Map(all.map((one) => [one["bom-ref"], one]));
  const components = [...byReference].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  const document = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: {
        type: "application",
        "bom-ref": "app",
        name: app,
        version: tag,
        ...(license !== undefined && { licenses: [{ expression: license }] }),
      },
    },
    components,
    dependencies: [{ ref: "app", dependsOn: components.map((one) => one["bom-ref"]) }],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function toComponent({ name, version, license }: BundledPackage, integrity?: string): Component {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const digest = /^sha512-(.+)$/.exec(integrity ?? "")?.[1];
  return {
    type: "library",
    "bom-ref": purl,
    name,
    version,
    purl,
    ...(license !== undefined && { licenses: [{ expression: license }] }),
    ...(digest !== undefined && {
      hashes: [{ alg: "SHA-512", content: Buffer.from(digest, "base64").toString("hex") }],
    }),
  };
}

/** `node_modules/a/node_modules/@b/c` is of `@b/c`. */
function nameOf(place: string): string {
  return place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
}
